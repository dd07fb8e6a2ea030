import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { MoreThan, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import type { PageInfo, PageQuery } from './page.dto.js';
import { paginationConfig, type PaginationConfig } from './pagination.config.js';
import { cursorInvalid } from './pagination.errors.js';

export interface Page<T> {
  readonly data: T[];
  readonly page: PageInfo;
}

const MAC_BYTES = 16;

/** Cuts lists into pages by key and not by offset, so that page 1,000 costs what page 1 does. */
@Injectable()
export class Pages {
  constructor(@Inject(paginationConfig.KEY) private readonly config: PaginationConfig) {}

  /**
   * Reads one page in the order of a unique, time-ordered id.
   * @param list names the list: a cursor of another one is refused
   * @param id the property that holds it; the compiler sees to it that it is one
   */
  async read<E extends ObjectLiteral>(
    list: string,
    id: keyof E & string,
    query: SelectQueryBuilder<E>,
    { limit, cursor }: PageQuery,
  ): Promise<Page<E>> {
    if (cursor !== undefined) query.andWhere({ [id]: MoreThan(this.open(list, cursor)) });
    const rows = await query
      .orderBy([query.alias, id].join('.'), 'ASC')
      .limit(limit + 1)
      .getMany();
    const data = rows.slice(0, limit);
    const last = rows.length > limit ? data.at(-1) : undefined;
    return { data, page: { limit, nextCursor: last ? this.seal(list, String(last[id])) : null } };
  }

  private seal(list: string, id: string): string {
    return Buffer.concat([this.mac(list, id), Buffer.from(id)]).toString('base64url');
  }

  private open(list: string, cursor: string): string {
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== cursor) throw cursorInvalid();
    const id = bytes.subarray(MAC_BYTES).toString();
    if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), this.mac(list, id))) throw cursorInvalid();
    return id;
  }

  private mac(list: string, id: string): Buffer {
    return createHmac('sha256', this.config.cursorKey).update(`${list}\n${id}`).digest().subarray(0, MAC_BYTES);
  }
}
