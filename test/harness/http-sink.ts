import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { atTheEnd } from './cleanup.js';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on loopback that takes whatever it is sent, and keeps it. */
export class HttpSink {
  readonly received: Received[] = [];
  /** How many times somebody has connected */
  connections = 0;
  /** What it answers; `silent` takes and never answers */
  answer: number | 'silent' = 200;
  /** What it answers with */
  readonly headers: Record<string, string> = { 'content-type': 'application/json' };

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param port the one it had before it was closed; else a free one */
  static async open(port = 0): Promise<HttpSink> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const sink = new HttpSink(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', () => sink.connections++);
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        sink.received.push({ path: request.url ?? '', headers: request.headers, body });
        if (sink.answer !== 'silent') response.writeHead(sink.answer, sink.headers).end('{}');
      });
    });
    return atTheEnd(sink, () => sink.close());
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
