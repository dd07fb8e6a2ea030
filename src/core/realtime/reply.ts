import { MalformedRequest } from '../errors/core.errors.js';
import type { Problem } from '../errors/problem.dto.js';
import type { ClientSocket } from './client.js';
import { EXCEPTION } from './socket-problems.js';

/** What came with an event, and how it is answered: by its acknowledgement, once, if the client asked for one. */
export class Reply {
  private readonly given: unknown[];
  private readonly ask?: (answer: unknown) => void;
  private answered = false;

  constructor(
    private readonly socket: ClientSocket,
    given: unknown[],
  ) {
    const last = given.at(-1);
    const isAsked = typeof last === 'function';
    this.given = isAsked ? given.slice(0, -1) : given;
    if (isAsked) this.ask = last as (answer: unknown) => void;
  }

  /** The one thing that an event may say. @throws {MalformedRequest} */
  data(): unknown {
    if (this.given.length > 1) throw new MalformedRequest();
    return this.given[0];
  }

  /** Gateways take it as `@Ack()`. */
  readonly acknowledge = (answer: unknown): void => {
    if (this.answered) return;
    this.answered = true;
    this.ask?.(answer);
  };

  /** A result, or an event of its own (`{ event, data }`) for whoever did not ask for an acknowledgement. */
  send(result: unknown): void {
    if (this.ask !== undefined) return this.acknowledge(result ?? null);
    const { event, data } = (result ?? {}) as { event?: unknown; data?: unknown };
    if (typeof event === 'string') this.socket.emit(event, data);
  }

  refuse(problem: Problem): void {
    if (this.ask === undefined || this.answered) this.socket.emit(EXCEPTION, problem);
    else this.acknowledge(problem);
  }
}
