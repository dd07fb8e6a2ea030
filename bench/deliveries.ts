import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atTheEnd } from './cleanup.ts';
import { type Measurement, median } from './measurement.ts';
import { type Actor, type App, classOf, people, startApp, type Transactions, type Tx } from './platform-app.ts';

const [HEALTHY, HANGING] = [90, 10];

class Payload {}

interface Events {
  publish(tx: Tx, actor: Actor, event: object, payload: object): Promise<void>;
}

interface Secrets {
  make(endpointId: string): { readonly sealed: string };
}

export const deliveries: Measurement = {
  title: `Webhooks to ${HEALTHY + HANGING} endpoints of which ${HANGING} hang`,
  pinned: false,
  of: 'webhooks',
  async run({ quick, rounds }) {
    const eventsEach = quick ? 10 : 100;
    const app = await startApp([], { NODE_ENV: 'test', WEBHOOKS_ALLOW_LOOPBACK: 'true', DB_POOL_MAX: '20' });
    const define = await classOf<(name: string, view: object, options: object) => object>(
      'src/core/events/define-event.js',
      'defineEvent',
    );
    const event = define('bench.delivered', Payload, { public: true });
    const bench = await Bench.of(app, event);
    const seconds: Record<'alone' | 'beside', number[]> = { alone: [], beside: [] };
    for (let round = 0; round <= rounds; round++) {
      const [alone, beside] = [await bench.round(eventsEach, 0), await bench.round(eventsEach, HANGING)];
      // The first round warms everything up.
      if (round === 0) continue;
      seconds.alone.push(alone);
      seconds.beside.push(beside);
    }
    const [alone, beside] = [median(seconds.alone), median(seconds.beside)];
    return {
      raw: seconds,
      findings: [
        { what: `${HEALTHY * eventsEach} webhooks, nobody hangs`, value: alone, unit: 's' },
        { what: `the same beside ${HANGING} endpoints that hang`, value: beside, unit: 's' },
        { what: 'a second, nobody hangs', value: (HEALTHY * eventsEach) / alone, unit: 'webhooks/s' },
        { what: 'beside them it takes', value: beside / alone, unit: 'times', target: { atMost: 1.2 } },
      ],
    };
  },
};

class Bench {
  private readonly event: object;
  private readonly transactions: Transactions;
  private readonly events: Events;
  private readonly secrets: Secrets;

  private constructor(event: object, transactions: Transactions, events: Events, secrets: Secrets) {
    this.event = event;
    this.transactions = transactions;
    this.events = events;
    this.secrets = secrets;
  }

  static async of(app: App, event: object): Promise<Bench> {
    const transactions = app.get<Transactions>(await classOf('src/core/database/transactions.js', 'Transactions'));
    const events = app.get<Events>(await classOf('src/core/events/events.service.js', 'Events'));
    const secrets = app.get<Secrets>(await classOf('src/features/webhooks/webhook-secrets.js', 'WebhookSecrets'));
    return new Bench(event, transactions, events, secrets);
  }

  /** @returns seconds from the first event until the last healthy endpoint has heard of the last */
  async round(events: number, hanging: number): Promise<number> {
    const [actor] = await people(this.transactions, 1);
    if (actor === undefined) throw new Error('there is nobody');
    const [good, bad] = [await Receiver.open(HEALTHY * events), await Receiver.open(0)];
    await this.subscribe(actor, good.url, HEALTHY);
    await this.subscribe(actor, bad.url, hanging);
    const started = performance.now();
    for (let index = 0; index < events; index++) {
      await this.transactions.run((tx) => this.events.publish(tx, actor, this.event, { index }));
    }
    await good.all;
    const seconds = (performance.now() - started) / 1_000;
    await this.transactions.run((tx) =>
      tx.query('DELETE FROM webhook_endpoints WHERE organization_id = $1', [actor.organizationId]),
    );
    good.close();
    bad.close();
    return seconds;
  }

  private async subscribe({ organizationId }: Actor, url: string, count: number): Promise<void> {
    const ids = Array.from({ length: count }, () => randomUUID());
    const sealed = ids.map((id) => this.secrets.make(id).sealed);
    await this.transactions.run((tx) =>
      tx.query(
        `INSERT INTO webhook_endpoints (id, organization_id, url, description, event_types, secret)
         SELECT id, $1, $2, '', '{}', sealed FROM unnest($3::uuid[], $4::text[]) AS endpoint (id, sealed)`,
        [organizationId, url, ids, sealed],
      ),
    );
  }
}

/** Answers so many requests, all of which it waits for; none, if that is 0. */
class Receiver {
  readonly all: Promise<void>;
  private readonly server: Server;

  private constructor(server: Server, all: Promise<void>) {
    this.server = server;
    this.all = all;
  }

  static async open(expected: number): Promise<Receiver> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let received = 0;
    const server = createServer((request, response) => {
      request.resume();
      if (expected === 0) return;
      response.writeHead(204).end();
      if (++received === expected) resolve();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const receiver = new Receiver(server, promise);
    atTheEnd(() => receiver.close());
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
