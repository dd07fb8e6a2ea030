import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { DataSource, type FindOptionsWhere, IsNull, MoreThan, Not } from 'typeorm';
import { Transactions } from '../../core/database/transactions.js';
import { SandboxCheckout } from './sandbox-checkout.entity.js';
import { SandboxEvents, type SandboxEventType } from './sandbox-events.js';

/** What a person can press. */
export type Press = 'pay' | 'fail' | 'dispute';

interface Rule {
  /** In which state it has an effect, which is decided by the statement that has it */
  readonly from: () => FindOptionsWhere<SandboxCheckout>;
  readonly change: () => Partial<SandboxCheckout>;
  /** In which state it had it before: pressing twice is pressing once */
  readonly done: FindOptionsWhere<SandboxCheckout>;
  readonly tells: SandboxEventType;
}

const open = () => ({ state: 'open' as const, expiresAt: MoreThan(new Date()) });

const RULES: Readonly<Record<Press, Rule>> = {
  pay: {
    from: open,
    change: () => ({ state: 'paid', paidAt: new Date() }),
    done: { state: 'paid' },
    tells: 'payment.succeeded',
  },
  fail: {
    from: () => ({ ...open(), failedAt: IsNull() }),
    change: () => ({ failedAt: new Date() }),
    done: { state: 'open', failedAt: Not(IsNull()) },
    tells: 'payment.failed',
  },
  dispute: {
    from: () => ({ state: 'paid', disputedAt: IsNull() }),
    change: () => ({ disputedAt: new Date() }),
    done: { state: 'paid', disputedAt: Not(IsNull()) },
    tells: 'dispute.created',
  },
};

export const isPress = (text: string): text is Press => Object.hasOwn(RULES, text);

/** What people do on the pages of the sandbox. */
@Injectable()
export class SandboxCheckouts {
  constructor(
    private readonly transactions: Transactions,
    private readonly dataSource: DataSource,
    private readonly events: SandboxEvents,
  ) {}

  /** @param id whatever stands in an address */
  async find(id: string): Promise<SandboxCheckout | null> {
    return isUUID(id) ? this.dataSource.manager.findOneBy(SandboxCheckout, { id }) : null;
  }

  /** Has its effect once, however often it is pressed. @returns whether it has had it, now or before */
  press(id: string, press: Press): Promise<boolean> {
    const { from, change, done, tells } = RULES[press];
    return this.transactions.run(async (tx) => {
      const { affected } = await tx.update(SandboxCheckout, { id, ...from() }, change());
      if (affected !== 1) return tx.existsBy(SandboxCheckout, { id, ...done });
      await this.events.tell(tx, tells, id);
      return true;
    });
  }
}
