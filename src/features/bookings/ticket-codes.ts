import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Keyring } from '../../core/crypto/keyring.js';

const CONTEXT = 'bookings.ticket';
const ID_BYTES = 16;
const SIGNATURE_BYTES = 16;

/** How long a code is: 32 bytes in base64url, few enough for a QR code that the camera of any phone reads. */
export const CODE_LENGTH = 43;

/** Codes of tickets: the id of a booking, and a signature that nobody makes without the key of the house. */
@Injectable()
export class TicketCodes {
  constructor(private readonly keyring: Keyring) {}

  /** @returns the code of a booking, always the same one until the key changes */
  issue(bookingId: string): string {
    const id = Buffer.from(parse(bookingId));
    return codeOf(id, this.keyring.signatures(id, CONTEXT)[0]);
  }

  /** @returns the id of the booking; undefined if no key here has signed it, to the last character */
  read(code: string): string | undefined {
    const given = Buffer.from(code);
    const id = Buffer.from(code, 'base64url').subarray(0, ID_BYTES);
    if (given.length !== CODE_LENGTH || id.length !== ID_BYTES) return undefined;
    const codes = this.keyring.signatures(id, CONTEXT).map((signature) => Buffer.from(codeOf(id, signature)));
    // All of them: which one it was takes no less time than that it was none.
    return codes.filter((one) => timingSafeEqual(given, one)).length > 0 ? stringify(id) : undefined;
  }
}

const codeOf = (id: Buffer, signature: Buffer): string =>
  Buffer.concat([id, signature.subarray(0, SIGNATURE_BYTES)]).toString('base64url');
