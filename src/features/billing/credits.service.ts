import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { Transactions } from '../../core/database/transactions.js';
import { Pages } from '../../core/pagination/pages.js';
import { scope } from '../../core/tenancy/scope.js';
import { CreditEntry } from './credit-entry.entity.js';
import { CreditLedger } from './credit-ledger.js';
import { type CreditEntriesQuery, type CreditEntryPage, type CreditsView, toCreditEntryView } from './credit.dto.js';

/** What an organization has, and how that came about. */
@Injectable()
export class CreditsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly pages: Pages,
    private readonly ledger: CreditLedger,
  ) {}

  read(actor: Actor): Promise<CreditsView> {
    return this.transactions.run((tx) => this.ledger.balanceOf(tx, actor));
  }

  async list(actor: Actor, request: CreditEntriesQuery): Promise<CreditEntryPage> {
    const { reason, reference } = request;
    const entries = scope(this.dataSource.manager, actor).of(CreditEntry).select('entry');
    if (reason !== undefined) entries.andWhere('entry.reason = :reason', { reason });
    if (reference !== undefined) entries.andWhere('entry.reference = :reference', { reference });
    entries.leftJoinAndSelect('entry.note', 'note');
    const { data, page } = await this.pages.read('credit entries', { desc: ['number'] }, entries, request);
    return { data: data.map((entry) => toCreditEntryView(entry, entry.note?.text)), page };
  }
}
