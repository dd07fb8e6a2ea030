import { type Measurement, median } from './measurement.ts';
import { type Actor, type App, classOf, people, startApp, type Transactions, type Tx } from './platform-app.ts';

const SUBSCRIBERS = { nobody: 0, one: 1, five: 5 };

class Payload {}

interface Events {
  publish(tx: Tx, actor: Actor, event: object, payload: object): Promise<void>;
}

export const events: Measurement = {
  title: 'A transaction that publishes an event, by the number of its subscribers',
  pinned: false,
  async run({ quick }) {
    const { kinds, providers } = await defineEvents();
    // Nobody works here, so that only publishing is measured.
    const app = await startApp(providers, { JOBS_CONCURRENCY: '0', DB_POOL_MAX: '20' });
    const times = await measure(app, kinds, quick ? 200 : 2_000);
    const [none = NaN, , five = NaN] = times.map(median);
    return {
      raw: { milliseconds: times },
      findings: [
        ...times.map((one, index) => ({
          what: `heard by ${Object.keys(SUBSCRIBERS)[index]}`,
          value: median(one),
          unit: 'ms',
        })),
        { what: 'each subscriber adds', value: (five - none) / 5, unit: 'ms' },
      ],
    };
  },
};

async function defineEvents() {
  type Define = (name: string, view: object, options: object) => object;
  type Subscribe = (name: string, events: object[]) => (subscriber: object) => void;
  const define = await classOf<Define>('src/core/events/define-event.js', 'defineEvent');
  const subscribe = await classOf<Subscribe>('src/core/events/event-subscriber.decorator.js', 'EventSubscriber');
  const providers: (new () => object)[] = [];
  const kinds = Object.entries(SUBSCRIBERS).map(([name, count]) => {
    const event = define(`bench.heard-by-${name}`, Payload, { public: false });
    for (let index = 0; index < count; index++) {
      class Subscriber {
        hear = () => Promise.resolve();
      }
      subscribe(`bench-${count}-${index}`, [event])(Subscriber);
      providers.push(Subscriber);
    }
    return event;
  });
  return { kinds, providers };
}

/** In turns, so that whatever else the machine does concerns all alike. */
async function measure(app: App, kinds: readonly object[], rounds: number): Promise<number[][]> {
  const service = app.get<Events>(await classOf('src/core/events/events.service.js', 'Events'));
  const transactions = app.get<Transactions>(await classOf('src/core/database/transactions.js', 'Transactions'));
  const [actor] = await people(transactions, 1);
  if (actor === undefined) throw new Error('there is nobody');
  const times: number[][] = kinds.map(() => []);
  for (let round = 0; round < rounds * 1.2; round++) {
    for (const [index, event] of kinds.entries()) {
      const started = performance.now();
      await transactions.run((tx) => service.publish(tx, actor, event, { round }));
      // The first rounds warm everything up.
      if (round >= rounds * 0.2) times[index]?.push(performance.now() - started);
    }
  }
  return times;
}
