import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type PoolClient, type PoolConfig, type QueryResult } from 'pg';
import { RequestTimeout } from '../errors/core.errors.js';
import { currentRequest, outsideOfRequest, type RequestContext } from '../http/request-context.js';
import { type DriverError, isConnectionFailure } from './database-errors.js';
import { type Query, repeatFirstRead } from './repeatable.js';

type Client = PoolClient & {
  readonly processID: number;
  readonly connection: { readonly stream: { destroy(): void } };
};
type Callback = (error: Error | undefined, client: PoolClient | undefined, release: PoolClient['release']) => void;

/** A cancellation that overtakes its statement cancels nothing, and a server does not see that a connection ended. */
const CANCEL_ATTEMPTS = 5;
const CANCEL_AGAIN_MS = 100;

/**
 * node-postgres' pool, with what it lacks: a statement ends with the request that it runs for, a read that found its
 * connection dead is asked again, and a server that hangs is given up by everybody at once.
 */
export class GuardedPool extends pg.Pool {
  private readonly connected = new Set<Client>();
  private readonly out = new Set<PoolClient>();
  private readonly used = new WeakSet<PoolClient>();
  private readonly abandoned = new WeakSet<PoolClient>();
  private lostTo?: Error;
  private cancel: (backend: number) => Promise<unknown> = () => Promise.resolve();

  constructor(options?: PoolConfig) {
    super(options);
    this.on('connect', (client) => {
      this.connected.add(client as Client);
      // A connection that ends while nobody listens would end the process; who uses it learns from their statement.
      client.on('error', () => undefined);
    });
    this.on('remove', (client) => this.connected.delete(client as Client));
    this.on('acquire', (client) => this.out.add(client));
    this.on('release', (_error, client) => this.out.delete(client));
  }

  /** @param cancel ends the statement that runs on this backend, by another connection */
  cancelBy(cancel: (backend: number) => Promise<unknown>): void {
    this.cancel = cancel;
  }

  /** Of a connection whose state nobody knows: it ends when it is given back. */
  discard(client: PoolClient): void {
    this.abandoned.add(client);
  }

  /** The server does not answer: whoever waits for it fails now, and whoever comes fails at once. */
  lose(reason: Error): void {
    this.lostTo = reason;
    this.sever();
  }

  /** Ends every connection there is, as when they lead nowhere any more. */
  sever(): void {
    for (const client of this.connected) client.connection.stream.destroy();
  }

  regain(): void {
    this.lostTo = undefined;
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<PoolClient> | void {
    const client = this.checkOut(currentRequest());
    if (callback === undefined) return client;
    client.then(
      (one) => callback(undefined, one, (error) => one.release(error)),
      (error: Error) => callback(error, undefined, () => undefined),
    );
  }

  private async checkOut(request: RequestContext | undefined): Promise<PoolClient> {
    if (this.lostTo !== undefined) throw this.lostTo;
    // What a connection does later is not the doing of the request that happened to open it.
    const client = (await outsideOfRequest(() => super.connect())) as Client;
    if (request?.abandoned) {
      client.release();
      throw new RequestTimeout();
    }
    this.guard(client, request);
    return client;
  }

  private guard(client: Client, request: RequestContext | undefined): void {
    const giveBack = client.release.bind(client);
    const abandon = () => void this.abandon(client);
    request?.onAbandoned(abandon);
    // Once is enough: when a connection dies it is given back by whoever notices first.
    client.release = (error) => {
      client.release = () => undefined;
      request?.offAbandoned(abandon);
      Reflect.deleteProperty(client, 'query');
      this.used.add(client);
      giveBack(error || this.abandoned.has(client));
    };
    if (this.used.has(client)) repeatFirstRead(client, (...read) => this.askAnother(client, ...read));
  }

  /** Gives the dead one back first: in a pool of dead connections nobody else would. */
  private async askAnother(dead: Client, thrown: DriverError, args: unknown[]): Promise<QueryResult> {
    if (!isConnectionFailure(thrown) || this.abandoned.has(dead)) throw thrown;
    dead.release(thrown);
    const other = await this.connect();
    try {
      return await (other.query as Query)(...args);
    } finally {
      other.release();
    }
  }

  /** A cancellation may arrive late and would hit what comes next, so the connection ends with the statement. */
  private async abandon(client: Client): Promise<void> {
    this.discard(client);
    client.query = refuse as Client['query'];
    for (let attempt = 0; attempt < CANCEL_ATTEMPTS && this.out.has(client); attempt++) {
      await this.cancel(client.processID).catch(() => undefined);
      await sleep(CANCEL_AGAIN_MS, undefined, { ref: false });
    }
    if (this.out.has(client)) client.connection.stream.destroy();
  }
}

const refuse: Query = () => Promise.reject(new RequestTimeout());
