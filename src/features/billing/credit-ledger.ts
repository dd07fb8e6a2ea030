import { Inject, Injectable } from '@nestjs/common';
import type { Tx } from '../../core/database/transactions.js';
import { Events } from '../../core/events/events.service.js';
import { currentRequest } from '../../core/http/request-context.js';
import { scope } from '../../core/tenancy/scope.js';
import type { OfTenant } from '../../core/tenancy/tenant-entity.js';
import { CreditEntry } from './credit-entry.entity.js';
import { BALANCE, OPEN, WELCOME } from './credit-statements.js';
import { type CreditsView, type CreditEntryView, toCreditEntryView } from './credit.dto.js';
import { creditsConfig, type CreditsConfig } from './credits.config.js';
import { creditsLow } from './credits.events.js';

/** What a statement answers: texts, because a bigint may be larger than a number. */
interface Answer {
  readonly balance: string;
  readonly number: string | null;
  readonly amount: string | null;
}

/** What became of a move. */
export interface Moved {
  /** What can be spent now */
  readonly balance: number;
  /** Of its entry; undefined if nothing moved */
  readonly number?: string;
  /** What it added to the balance */
  readonly amount: number;
}

/** The accounts, each of which is opened by whoever asks first. Everything that moves credits goes through here. */
@Injectable()
export class CreditLedger {
  constructor(
    @Inject(creditsConfig.KEY) private readonly config: CreditsConfig,
    private readonly events: Events,
  ) {}

  /** @param values from $4 of the statement on */
  async move(
    tx: Tx,
    tenant: Readonly<OfTenant>,
    statement: string,
    reference: string,
    ...values: unknown[]
  ): Promise<Moved> {
    const parameters = [tenant.organizationId, reference, currentRequest()?.requestId ?? null, ...values];
    let [answer] = await tx.query<Answer[]>(statement, parameters);
    if (answer === undefined) {
      await this.open(tx, tenant);
      [answer] = await tx.query<[Answer]>(statement, parameters);
    }
    const moved = toMoved(answer);
    if (this.isLow(moved)) await this.tellLow(tx, tenant);
    return moved;
  }

  /** In a transaction, because the first who asks opens the account. */
  async balanceOf(tx: Tx, tenant: Readonly<OfTenant>): Promise<CreditsView> {
    let [account] = await this.read(tx, tenant);
    if (account === undefined) {
      await this.open(tx, tenant);
      [account] = await this.read(tx, tenant);
    }
    return { balance: Number(account?.balance), reserved: Number(account?.reserved) };
  }

  /** An entry that was just made. @param note what is written about it */
  async entry(tx: Tx, tenant: Readonly<OfTenant>, number: string, note?: string): Promise<CreditEntryView> {
    const entry = await scope(tx, tenant).of(CreditEntry).findOne({ where: { number } });
    if (entry === null) throw new Error(`Entry ${number} is not there.`);
    return toCreditEntryView(entry, note);
  }

  /** Of two who open it one does; whoever signed up gets something once, and not for every organization that they make. */
  private async open(tx: Tx, tenant: Readonly<OfTenant>): Promise<void> {
    const { organizationId } = tenant;
    const opened = await tx.query<object[]>(OPEN, [organizationId]);
    if (opened.length === 0 || this.config.signUp === 0) return;
    const requestId = currentRequest()?.requestId ?? null;
    await tx.query(WELCOME, [organizationId, this.config.signUp, requestId]);
  }

  private read(tx: Tx, { organizationId }: Readonly<OfTenant>): Promise<CreditsView[]> {
    return tx.query<CreditsView[]>(BALANCE, [organizationId]);
  }

  private isLow({ balance, amount }: Moved): boolean {
    return balance < this.config.low && balance - amount >= this.config.low;
  }

  private async tellLow(tx: Tx, tenant: Readonly<OfTenant>): Promise<void> {
    await this.events.publish(tx, tenant, creditsLow, await this.balanceOf(tx, tenant));
  }
}

function toMoved({ balance, number, amount }: Answer): Moved {
  return { balance: Number(balance), amount: Number(amount), ...(number !== null && { number }) };
}
