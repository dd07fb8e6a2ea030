import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../core/access/actor.js';
import { Audit } from '../../core/audit/audit.service.js';
import { Transactions } from '../../core/database/transactions.js';
import { NotFound } from '../../core/errors/core.errors.js';
import type { PageQuery } from '../../core/pagination/page.dto.js';
import { Pages } from '../../core/pagination/pages.js';
import { otherSessionsEnded, sessionEnded } from './auth.audit.js';
import { type SessionPage, toSessionView } from './session.dto.js';
import { Session } from './session.entity.js';
import { SessionsService } from './sessions.service.js';

/** Where somebody is signed in, for them to see and to end. */
@Injectable()
export class OwnSessionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly pages: Pages,
    private readonly sessions: SessionsService,
    private readonly audit: Audit,
  ) {}

  /** One that has expired is there until it is swept, within the hour. */
  async list({ userId, sessionId }: Actor, request: PageQuery): Promise<SessionPage> {
    const { data, page } = await this.pages.read('sessions', { desc: ['id'] }, this.openOf(userId), request);
    return { data: data.map((session) => toSessionView(session, sessionId)), page };
  }

  /** @throws {NotFound} */
  async end(actor: Actor, id: string): Promise<void> {
    const mine = this.openOf(actor.userId).andWhere('session.id = :id', { id });
    if (!(await mine.getExists())) throw new NotFound('The session');
    await this.sessions.end({ ...actor, sessionId: id }, sessionEnded);
  }

  /** Ends all but the one that asks. */
  async endOthers(actor: Actor): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.sessions.endAll(tx, actor.userId, actor.sessionId);
      await this.audit.record(tx, actor, otherSessionsEnded, { type: 'user', id: actor.userId });
    });
  }

  private openOf(userId: string) {
    return this.dataSource.manager
      .createQueryBuilder(Session, 'session')
      .where('session.userId = :userId', { userId })
      .andWhere('session.revokedAt IS NULL');
  }
}
