import { Injectable } from '@nestjs/common';

/**
 * The port through which a feature ends what a session has left open, such as sockets, when it learns that the session
 * has ended. Each instance learns it for itself.
 */
@Injectable()
export class Connections {
  private readonly open = new Map<string, Set<() => void>>();

  /**
   * Whoever registers asks once more whether the session is live: it may have ended on the way here.
   * @param end closes the connection
   * @returns what to call when it has closed
   */
  register(sessionId: string, end: () => void): () => void {
    const ends = this.open.get(sessionId) ?? new Set();
    this.open.set(sessionId, ends.add(end));
    return () => {
      ends.delete(end);
      if (ends.size === 0 && this.open.get(sessionId) === ends) this.open.delete(sessionId);
    };
  }

  /** Ends all connections of a session here. */
  end(sessionId: string): void {
    for (const end of this.open.get(sessionId) ?? []) end();
  }
}
