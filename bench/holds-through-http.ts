import { startAerie } from './aerie.ts';
import { compare, type Contestant, medianOf } from './load.ts';
import type { Effort, Finding } from './measurement.ts';
import type { Sale } from './sales.ts';
import type { Environment, Server } from './server.ts';
import { post, signUp, type Visitor } from './visitor.ts';

const BUYERS = 20;

/** Holds at a real process, for which buyers ask as they would. */
export async function holdsThroughHttp(sales: readonly Sale[], env: Environment, effort: Effort) {
  const server = await startAerie('postgres', { env: { ...env, TRUST_PROXY: '1' } });
  const buyers = await signUpAll(server);
  const [hot] = sales as [Sale];
  let asked = 0;
  const next = (among: readonly Sale[]) => () => {
    const number = ++asked;
    return wishFor(among[number % among.length] as Sale, number, buyers);
  };
  const taken = wishFor(hot, 0, buyers);
  await post(server.url + taken.path, JSON.parse(taken.body) as object, taken.headers);
  const contestants = {
    spread: { server, path: '/', nextPost: next(sales) },
    hot: { server, path: '/', nextPost: next([hot]) },
    seat: { server, path: '/', nextPost: () => wishFor(hot, 0, buyers), answers: 409 },
  } satisfies Record<string, Contestant>;
  const raw = await compare(contestants, effort, { duration: effort.roundSeconds });
  await server.stop();
  const rate = (name: keyof typeof raw) => medianOf(raw[name], 'requestsPerSecond');
  const findings: Finding[] = [
    { what: `through HTTP, ${sales.length} events`, value: rate('spread'), unit: 'holds/s' },
    { what: 'through HTTP, one event', value: rate('hot'), unit: 'holds/s' },
    { what: 'through HTTP, a taken seat', value: rate('seat'), unit: 'answers/s' },
  ];
  return { raw, findings };
}

/** Each at an address of their own: the limits are as strict as ever. */
function signUpAll(server: Server): Promise<Visitor[]> {
  const addresses = Array.from({ length: BUYERS }, (_, index) => `10.0.0.${index + 1}`);
  return Promise.all(addresses.map((address) => signUp(server, { 'x-forwarded-for': address })));
}

function wishFor({ eventId, seatTypeId }: Sale, number: number, buyers: readonly Visitor[]) {
  const { headers } = buyers[number % BUYERS] as Visitor;
  return {
    path: `/v1/events/${eventId}/holds`,
    body: JSON.stringify({ seats: [{ seatTypeId, label: `A${number}` }] }),
    headers: { 'content-type': 'application/json', ...headers },
  };
}
