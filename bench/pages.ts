import pg from 'pg';
import { databaseUrl, startAerie } from './aerie.ts';
import { type Measurement, median } from './measurement.ts';
import { signUp, type Visitor } from './visitor.ts';

interface Page {
  readonly data: readonly unknown[];
  readonly page: { readonly nextCursor: string | null };
}

const ROWS = 100_000;
const LIMIT = 100;
const FAR_PAGE = 1_000;
const TARGET_RATIO = 1.2;

export const pages: Measurement = {
  title: `Page ${FAR_PAGE} of a list of ${ROWS} rows against page 1, \`GET /v1/organizations?limit=${LIMIT}\``,
  pinned: true,
  async run({ quick }) {
    const server = await startAerie('postgres');
    const visitor = await signUp(server);
    await join(visitor);
    const first = `${server.url}/v1/organizations?limit=${LIMIT}`;
    // The walk warms the server up.
    const far = await walk(first, visitor);
    const times: Record<'first' | 'far', number[]> = { first: [], far: [] };
    for (let round = 0; round < (quick ? 100 : 500); round++) {
      times.first.push(await timeOf(first, visitor));
      times.far.push(await timeOf(far, visitor));
    }
    const [near, distant] = [median(times.first), median(times.far)];
    return {
      raw: { milliseconds: times },
      findings: [
        { what: 'page 1', value: near, unit: 'ms' },
        { what: `page ${FAR_PAGE}`, value: distant, unit: 'ms' },
        { what: 'page 1,000 takes', value: distant / near, unit: 'times page 1', target: { atMost: TARGET_RATIO } },
      ],
    };
  },
};

/** Makes the visitor a member of that many organizations, in the order of their ids. */
async function join({ id }: Visitor): Promise<void> {
  const client = new pg.Client({ connectionString: await databaseUrl() });
  await client.connect();
  await client.query(
    `WITH made AS (INSERT INTO organizations (id, name)
       SELECT uuidv7(), 'Organization ' || n FROM generate_series(1, $2::int) n RETURNING id)
     INSERT INTO memberships (organization_id, user_id, role) SELECT id, $1, 'member' FROM made`,
    [id, ROWS],
  );
  await client.query('VACUUM ANALYZE');
  await client.end();
}

/** Follows the cursors. @returns the address of the far page */
async function walk(first: string, visitor: Visitor): Promise<string> {
  let address = first;
  for (let page = 1; page < FAR_PAGE; page++) {
    const { nextCursor } = (await read(address, visitor)).page;
    address = `${first}&cursor=${nextCursor}`;
  }
  return address;
}

async function timeOf(address: string, visitor: Visitor): Promise<number> {
  const started = performance.now();
  await read(address, visitor);
  return Math.round((performance.now() - started) * 1_000) / 1_000;
}

async function read(address: string, { headers }: Visitor): Promise<Page> {
  const answer = await fetch(address, { headers });
  const body = (await answer.json()) as Page;
  if (!answer.ok || body.data.length !== LIMIT) throw new Error(`${address} answered ${answer.status}, no full page`);
  return body;
}
