import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { paginationConfig, type PaginationConfig } from './pagination.config.js';
import { cursorInvalid } from './pagination.errors.js';

const MAC_BYTES = 16;
// No text of PostgreSQL contains it.
const SEPARATOR = '\0';

/** Most bytes of all values of a position together, so that a cursor has at most 500 characters. */
export const MAX_POSITION_BYTES = 340;

/** Signs positions in lists, so that only those come back that were given out. */
@Injectable()
export class Cursors {
  constructor(@Inject(paginationConfig.KEY) private readonly config: PaginationConfig) {}

  /** @param scope what the cursor is good for, and nothing else is */
  seal(scope: string, position: readonly string[]): string {
    const text = position.join(SEPARATOR);
    return Buffer.concat([this.mac(scope, text), Buffer.from(text)]).toString('base64url');
  }

  /** @throws {ValidationFailed} unless it was sealed for this scope */
  open(scope: string, cursor: string): string[] {
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== cursor) throw cursorInvalid();
    const text = bytes.subarray(MAC_BYTES).toString();
    if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), this.mac(scope, text))) throw cursorInvalid();
    return text.split(SEPARATOR);
  }

  private mac(scope: string, text: string): Buffer {
    const hmac = createHmac('sha256', this.config.cursorKey).update(scope).update(SEPARATOR).update(text);
    return hmac.digest().subarray(0, MAC_BYTES);
  }
}
