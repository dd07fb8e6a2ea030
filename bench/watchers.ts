import { io, type Socket } from 'socket.io-client';
import { nowMs } from './machine.ts';

/** What the bench asks for. */
export interface Watch {
  readonly url: string;
  readonly eventId: string;
  readonly sockets: number;
}

/** What it is told: when each of them heard of a change, on the clock that all processes have. */
export interface Heard {
  readonly version: number;
  readonly atMs: readonly number[];
}

const AT_ONCE = 50;
const PATIENCE_MS = 30_000;

/** Many who watch an event, in a process of their own: what they cost is not the server's. */
process.once('message', (watch: Watch) => void start(watch));
process.on('disconnect', () => process.exit());

async function start(watch: Watch): Promise<void> {
  const heard = new Map<number, number[]>();
  const hear = ({ version }: { version: number }) => {
    const atMs = heard.get(version) ?? [];
    heard.set(version, atMs);
    atMs.push(nowMs());
    if (atMs.length === watch.sockets) process.send?.({ version, atMs } satisfies Heard);
  };
  for (let from = 0; from < watch.sockets; from += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, index) => subscribed(watch, from + index));
    for (const socket of await Promise.all(some)) socket.on('event:seats-update', hear);
  }
  process.send?.('all are watching');
}

/** From an address of its own: the limits are as strict as ever. */
async function subscribed({ url, eventId }: Watch, index: number): Promise<Socket> {
  const address = `10.0.${index >> 8}.${index & 255}`;
  const options = { transports: ['websocket'], forceNew: true, extraHeaders: { 'x-forwarded-for': address } };
  const socket = io(`${url}/live`, { ...options, reconnection: false });
  const refused = new Promise<never>((_, reject) => socket.once('connect_error', reject));
  const answer: unknown = await Promise.race([
    refused,
    socket.timeout(PATIENCE_MS).emitWithAck('subscribe', { eventId }),
  ]);
  if (!Object.hasOwn(Object(answer) as object, 'version')) throw new Error(`not subscribed: ${JSON.stringify(answer)}`);
  return socket;
}
