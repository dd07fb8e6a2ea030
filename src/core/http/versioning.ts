import { type VersioningOptions, VersioningType } from '@nestjs/common';

/** Every route is below /v1, unless its controller says VERSION_NEUTRAL. */
export const VERSIONING: VersioningOptions = { type: VersioningType.URI, defaultVersion: '1' };
