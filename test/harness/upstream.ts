import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { atTheEnd } from './cleanup.js';

/** What it was asked, when, and how that ended. */
export interface Hit {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** When the connection was given up by the other side before it was answered */
  abortedAt?: number;
}

type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

export const hangs: Behaviour = () => undefined;
export const resets: Behaviour = (_response, request) => request.socket.resetAndDestroy();
export const says = (status: number, body: unknown = {}, headers: Record<string, string> = {}): Behaviour => {
  const bytes = Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
  return (response) => response.writeHead(status, headers).end(bytes);
};

/** Another service, on loopback: it answers as it is told, and remembers what it was asked. */
export class StubUpstream {
  readonly hits: Hit[] = [];
  /** How many connections were made to it, whatever came on them */
  connections = 0;
  private script: Behaviour[] = [says(200)];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(): Promise<StubUpstream> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const stub = new StubUpstream(server, (server.address() as AddressInfo).port);
    server.on('connection', () => stub.connections++);
    server.on('request', (request, response) => void stub.receive(request, response));
    return atTheEnd(stub, () => stub.stop());
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** From now on it answers like this, one after the other, and then always like the last. */
  willAnswer(...script: Behaviour[]): this {
    this.script = script;
    this.hits.length = 0;
    this.connections = 0;
    return this;
  }

  /** Ends every connection, and accepts no other. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Is there again, at the same address. */
  async resume(): Promise<void> {
    await once(this.server.listen(this.port, '127.0.0.1'), 'listening');
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '/', headers } = request;
    const { pathname, searchParams } = new URL(url, this.url);
    const at = performance.now();
    const body = await text(request);
    const hit: Hit = { at, method, path: pathname, query: searchParams, headers, body };
    this.hits.push(hit);
    response.once('close', () => {
      if (!response.writableFinished) hit.abortedAt = performance.now();
    });
    const behaviour = this.script.length > 1 ? this.script.shift() : this.script[0];
    behaviour?.(response, request);
  }
}
