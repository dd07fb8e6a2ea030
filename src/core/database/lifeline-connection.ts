import { Client, type ClientConfig, type QueryResultRow } from 'pg';
import { outsideOfRequest } from '../http/request-context.js';
import { TooLate, within } from './within.js';

/** With a beat of half a second, and the same for a new connection, nobody waits three for a server that hangs. */
const ANSWER_WITHIN_MS = 1_000;
/** A statement here is small: one that waits, for a lock say, must not look like a server that hangs. */
const SETTINGS = 'SET statement_timeout = 250; SET synchronous_commit = off';

const names = new Map<string, string>();

/** What was sent to a channel. */
export type Hear = (channel: string, payload: string) => void;

/** A connection of its own for small statements, one after the other, and for notifications. */
export class LifelineConnection {
  private turn: Promise<unknown> = Promise.resolve();
  private silent?: TooLate;

  private constructor(private readonly client: Client) {}

  /** @throws if the server does not answer in time */
  static async open(options: ClientConfig, channels: readonly string[], hear: Hear): Promise<LifelineConnection> {
    const client = new Client({ ...options, connectionTimeoutMillis: ANSWER_WITHIN_MS });
    // Who uses it learns that it has ended.
    client.on('error', () => undefined);
    client.on('notification', ({ channel, payload = '' }) => hear(channel, payload));
    const connection = new LifelineConnection(client);
    try {
      await client.connect();
      await within(ANSWER_WITHIN_MS, client.query([SETTINGS, ...channels.map(listenTo)].join('; ')));
      return connection;
    } catch (thrown) {
      connection.destroy();
      throw thrown;
    }
  }

  /** @param text one of a few: the server plans each only once */
  async query<R extends QueryResultRow>(text: string, values: unknown[]): Promise<R[]> {
    const query = { name: nameOf(text), text, values };
    // A node-postgres client that is busy takes no further statement.
    const ask = () => outsideOfRequest(() => this.client.query<R>(query));
    // Its time begins with its turn: a long line is no silent server. But who stands behind one that got no answer in
    // four times what the server gives it need not find out again.
    const answer = this.turn.then(() => (this.silent ? Promise.reject(this.silent) : within(ANSWER_WITHIN_MS, ask())));
    answer.catch((thrown: unknown) => {
      if (thrown instanceof TooLate) this.silent = thrown;
    });
    this.turn = answer.catch(() => undefined);
    return (await answer).rows;
  }

  async listen(channel: string): Promise<void> {
    await this.query(listenTo(channel), []);
  }

  /** @throws {TooLate} if the server is silent */
  async beat(): Promise<void> {
    await this.query('SELECT 1', []);
  }

  /** A server that hangs would not even say goodbye. */
  async end(): Promise<void> {
    await within(ANSWER_WITHIN_MS, this.client.end()).catch(() => this.destroy());
  }

  destroy(): void {
    (this.client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}

/** Under which name the server keeps the plan. */
function nameOf(text: string): string {
  const known = names.get(text) ?? `lifeline ${names.size}`;
  names.set(text, known);
  return known;
}

/** The name of a channel is no value, and cannot be a parameter. */
function listenTo(channel: string): string {
  return `LISTEN "${channel.replaceAll('"', '""')}"`;
}
