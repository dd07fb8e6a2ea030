import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { ticketsConfig, type TicketsConfig } from './tickets.config.js';

const ID_BYTES = 16;
const SIGNATURE_BYTES = 16;

/** How long a code is: 32 bytes in base64url, few enough for a QR code that the camera of any phone reads. */
export const CODE_LENGTH = 43;

/** Codes of tickets: the id of a booking, and a signature that nobody makes without the secret. */
@Injectable()
export class TicketCodes {
  /** The one that signs comes first. */
  private readonly secrets: readonly string[];

  constructor(@Inject(ticketsConfig.KEY) { secret, previousSecret }: TicketsConfig) {
    this.secrets = [secret, previousSecret].filter((one) => one !== undefined);
  }

  /** @returns the code of a booking, always the same one until the secret changes */
  issue(bookingId: string): string {
    return codeOf(Buffer.from(parse(bookingId)), this.secrets[0] ?? '');
  }

  /** @returns the id of the booking; undefined if no secret here has signed it, to the last character */
  read(code: string): string | undefined {
    const given = Buffer.from(code);
    const id = Buffer.from(code, 'base64url').subarray(0, ID_BYTES);
    if (given.length !== CODE_LENGTH || id.length !== ID_BYTES) return undefined;
    // All of them: which one it was takes no less time than that it was none.
    const matching = this.secrets.filter((secret) => timingSafeEqual(given, Buffer.from(codeOf(id, secret))));
    return matching.length > 0 ? stringify(id) : undefined;
  }
}

function codeOf(id: Buffer, secret: string): string {
  const signature = createHmac('sha256', secret).update(id).digest().subarray(0, SIGNATURE_BYTES);
  return Buffer.concat([id, signature]).toString('base64url');
}
