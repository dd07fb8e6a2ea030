import { Injectable } from '@nestjs/common';
import type { AppError } from '../errors/app-error.js';
import type { Actor } from './actor.js';

/** Closes a connection, and tells the client why. */
type End = (why: AppError) => void;

/**
 * The port through which a feature ends what somebody has left open, such as sockets, when it learns that their session
 * has ended or that they may do something else now. Each instance learns it for itself.
 */
@Injectable()
export class Connections {
  /** By the id of the session, and by that of the person */
  private readonly open = new Map<string, Set<End>>();

  /**
   * Whoever registers asks once more whether the session is live: it may have ended on the way here.
   * @returns what to call when it has closed
   */
  register({ sessionId, userId }: Pick<Actor, 'sessionId' | 'userId'>, end: End): () => void {
    const forgets = [this.keep(sessionId, end), this.keep(userId, end)];
    return () => forgets.forEach((forget) => forget());
  }

  /** Ends all connections here of a session, or of a person. */
  end(id: string, Why: new () => AppError): void {
    for (const end of [...(this.open.get(id) ?? [])]) end(new Why());
  }

  private keep(id: string, end: End): () => void {
    const ends = this.open.get(id) ?? new Set<End>();
    this.open.set(id, ends.add(end));
    return () => {
      ends.delete(end);
      if (ends.size === 0 && this.open.get(id) === ends) this.open.delete(id);
    };
  }
}
