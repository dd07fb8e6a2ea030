import { Injectable } from '@nestjs/common';
import { DecryptFailed, Keyring } from '../../core/crypto/keyring.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { minutes } from '../../core/time/duration.js';
import { DownloadLinkInvalid } from './export.errors.js';

export interface Download {
  /** A path of this API */
  readonly url: string;
  readonly expiresAt: Date;
}

const WORKS_FOR = minutes(5);

/**
 * Links that browsers can follow without credentials. Each is sealed by the house's key for one export, and is written
 * down nowhere: neither the database nor a log has one.
 */
@Injectable()
export class ExportLinks {
  constructor(private readonly keyring: Keyring) {}

  to(id: string, { organizationId }: OfTenant, expiresAt = WORKS_FOR.fromNow()): Download {
    const signature = this.keyring.seal(`${organizationId} ${expiresAt.getTime()}`, contextOf(id));
    return { url: `/v1/bookings/exports/${id}/file?signature=${signature}`, expiresAt };
  }

  /** @returns whose export it is. @throws {DownloadLinkInvalid} unless it was made for this export, minutes ago */
  open(id: string, signature: string): OfTenant {
    const [organizationId = '', until] = this.unseal(id, signature).split(' ');
    if (Number(until) <= Date.now()) throw new DownloadLinkInvalid();
    return { organizationId };
  }

  /** What was sealed cannot be changed or made up: AES-GCM authenticates it, together with the id. */
  private unseal(id: string, signature: string): string {
    try {
      return this.keyring.open(signature, contextOf(id));
    } catch (thrown) {
      if (thrown instanceof DecryptFailed) throw new DownloadLinkInvalid();
      throw thrown;
    }
  }
}

const contextOf = (id: string) => `booking_exports.download:${id}`;
