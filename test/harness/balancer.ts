import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { atTheEnd } from './cleanup.js';

const ASK_EVERY_MS = 100;

/**
 * A balancer as simple as they come: it asks for readiness, sends in turn to whoever is ready over connections that it
 * keeps, and never tries twice.
 */
export class Balancer {
  private readonly agent = new Agent({ keepAlive: true });
  private ready: string[] = [];
  private next = 0;

  private constructor(
    private readonly server: Server,
    private readonly backends: readonly string[],
    readonly url: string,
  ) {}

  static async before(...backends: string[]): Promise<Balancer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const balancer = new Balancer(server, backends, `http://127.0.0.1:${port}`);
    server.on('request', (incoming, outgoing) => balancer.pass(incoming, outgoing));
    await balancer.look();
    const watching = balancer.watch();
    return atTheEnd(balancer, async () => {
      server.close();
      server.closeAllConnections();
      balancer.agent.destroy();
      await watching;
    });
  }

  private async watch(): Promise<void> {
    while (this.server.listening) {
      await this.look();
      await sleep(ASK_EVERY_MS);
    }
  }

  private async look(): Promise<void> {
    const answers = await Promise.all(
      this.backends.map((url) =>
        fetch(`${url}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    );
    this.ready = this.backends.filter((_, index) => answers[index]);
  }

  private pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const backend = this.ready[this.next++ % this.ready.length];
    if (backend === undefined) return void outgoing.writeHead(502).end('{"code":"NOBODY_READY"}');
    const { method, headers } = incoming;
    const onward = request(`${backend}${incoming.url}`, { method, headers, agent: this.agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502);
      answer.pipe(outgoing);
    });
    onward.on('error', (error) => outgoing.writeHead(502).end(JSON.stringify({ code: error.message })));
    incoming.pipe(onward);
  }
}
