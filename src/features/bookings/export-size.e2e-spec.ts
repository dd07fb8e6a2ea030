import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { TestApp } from '../../../test/harness/app.js';
import { published, type Sale } from './box-office.harness.js';
import { ask, haveBooked, jobBecomes, readExport } from './exports.harness.js';

const MANY = 50_000;
const MB = 1_000_000;
/** The file alone has more, and its bookings as objects many times as much. */
const MOST = 4 * MB;
/** A collection takes about as long, and nothing else goes on meanwhile. */
const EVERY_MS = 500;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** In bytes, after a collection. */
function inUse(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Looks all the time while something is done. @returns how many bytes more were in use than before, at most */
async function growthDuring(work: () => Promise<unknown>): Promise<number> {
  const before = inUse();
  const done = new AbortController();
  const looking = (async () => {
    let most = before;
    while (!done.signal.aborted) {
      most = Math.max(most, inUse());
      await sleep(EVERY_MS);
    }
    return most - before;
  })();
  await work().finally(() => done.abort());
  return looking;
}

/** Reads as a program does that writes to a disk, and keeps nothing. @returns how much it was */
async function readThrough(url: URL): Promise<{ bytes: number; lines: number }> {
  const [answer] = (await once(request(url).end(), 'response')) as [IncomingMessage];
  let [bytes, lines] = [0, 0];
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    for (const byte of chunk) if (byte === 10) lines++;
    await sleep(1);
  }
  return { bytes, lines };
}

describe('an export of fifty thousand bookings', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ env: { BOOKINGS_EXPORT_CREDITS: '0' } });
  });

  async function make({ organizer, id }: Sale): Promise<string> {
    const { jobId } = (await ask(organizer, id)).body;
    await jobBecomes(organizer, jobId, { status: 'succeeded' }, 120_000);
    return jobId;
  }

  const download = async ({ organizer }: Sale, id: string) =>
    readThrough(new URL((await readExport(organizer, id)).body.downloadUrl, test.url));

  it('is written and read in as little memory as one of some hundreds', async () => {
    const sale = await published(test);
    const { actor } = await test.actor();
    await haveBooked(test, sale, actor, 600);
    await download(sale, await make(sale));
    await haveBooked(test, sale, actor, MANY - 600);
    let [id, whole] = ['', { bytes: 0, lines: 0 }];
    const written = await growthDuring(async () => (id = await make(sale)));
    const read = await growthDuring(async () => (whole = await download(sale, id)));
    expect(whole.lines).toBe(MANY + 1);
    expect(whole.bytes).toBeGreaterThan(2 * MOST);
    expect({ written: written < MOST, read: read < MOST }).toEqual({ written: true, read: true });
  }, 300_000);
});
