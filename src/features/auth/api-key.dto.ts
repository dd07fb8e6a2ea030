import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsInt, IsString, Length, Max, MaxLength, Min } from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, Instant, Trimmed } from '../../core/http/fields.js';
import { PageInfo } from '../../core/pagination/page.dto.js';
import type { ApiKey } from './api-key.entity.js';

const MOST_SCOPES = 100;
const MINUTES_OF_A_DAY = 1_440;

export class CreateApiKey {
  /** What you call it */
  @Trimmed()
  @ApiProperty({ example: 'Nightly export' })
  @IsString()
  @Length(1, 100)
  name: string;

  /** What it may do, as the document names it for each route (`x-scope`); beyond your role it may do nothing */
  @ApiProperty({ type: [String], maxItems: MOST_SCOPES, minItems: 1, example: ['users:read'] })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_SCOPES)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  scopes: string[];

  /** When it ends; without, it holds until it is revoked */
  @Instant()
  expiresAt?: string;
}

export class RotateApiKey {
  /** For how long the old one works beside the new one, in minutes; 0 ends it at once */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 7 * MINUTES_OF_A_DAY, default: MINUTES_OF_A_DAY })
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(7 * MINUTES_OF_A_DAY)
  overlapMinutes: number = MINUTES_OF_A_DAY;
}

export class ApiKeyView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  /** Whose role it acts in */
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  userId: string;

  @ApiProperty({ maxLength: 100 })
  name: string;

  /** How it begins, to tell keys apart */
  @ApiProperty({ maxLength: 30, example: 'app_live_4fZ1b7Qs' })
  prefix: string;

  @ApiProperty({ type: 'array', items: { type: 'string', maxLength: 100 }, maxItems: MOST_SCOPES })
  scopes: string[];

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;

  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  expiresAt: string | null;

  /** Within five minutes; null if it never was */
  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  lastUsedAt: string | null;

  /** When it was rotated: from then on it works beside the new one, until it expires */
  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  replacedAt: string | null;
}

export class NewApiKey extends ApiKeyView {
  /** The key itself, for the header `X-API-Key`. It is shown this once: nobody can look it up again */
  @ApiProperty({ maxLength: 100, example: 'app_live_4fZ1b7Qs_…' })
  key: string;
}

export class ApiKeyPage {
  @ApiProperty({ type: [ApiKeyView], maxItems: 100 })
  data: ApiKeyView[];

  page: PageInfo;
}

export const toApiKeyView = (key: ApiKey): ApiKeyView => ({
  id: key.id,
  userId: key.userId,
  name: key.name,
  prefix: key.prefix,
  scopes: key.scopes,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  replacedAt: key.replacedAt?.toISOString() ?? null,
});
