import { gzipSync } from 'node:zlib';
import { IsString } from 'class-validator';
import { TestApp } from '../../../test/harness/app.js';
import { get, GOOD, upstreams } from '../../../test/harness/declared-upstream.js';
import { eventually } from '../../../test/harness/eventually.js';
import { hangs, resets, says } from '../../../test/harness/upstream.js';
import { UpstreamRoutesModule } from '../../../test/harness/upstreams.controller.js';
import { UpstreamFailed, UpstreamTimeout, UpstreamUnavailable } from './outbound.errors.js';
import type { Upstream } from './upstream.js';
import { DEFAULTS } from './upstream-options.js';

class Rate {
  @IsString()
  name: string;
}

describe('an upstream', () => {
  const own = upstreams();

  describe('that hangs', () => {
    it('[R-76] #2 is given up in time, each attempt and all together', async () => {
      own.stub.willAnswer(hangs);
      const started = performance.now();
      await expect(get(own.outbound.upstream('as usual', { url: own.stub.url }))).rejects.toThrow(UpstreamTimeout);
      expect(performance.now() - started).toBeLessThan(20_500);
      expect(own.stub.hits).toHaveLength(3);
      await eventually(() => Promise.resolve(expect(own.stub.hits.every(({ abortedAt }) => abortedAt)).toBe(true)));
      for (const { at, abortedAt = Infinity } of own.stub.hits) expect(abortedAt - at).toBeLessThan(5_500);
    }, 30_000);

    it('[R-76] #2 is given up when the budget of all attempts is used up', async () => {
      own.stub.willAnswer(hangs);
      const started = performance.now();
      await expect(get(own.declare({ timeoutMs: 400, budgetMs: 1_000 }))).rejects.toThrow(UpstreamTimeout);
      expect(performance.now() - started).toBeLessThan(1_500);
      expect(own.stub.hits).toHaveLength(3);
    });

    it('in the middle of its answer is given up too', async () => {
      own.stub.willAnswer((response) => response.writeHead(200).write('{"na'));
      await expect(get(own.declare({ timeoutMs: 200, attempts: 1 }))).rejects.toThrow(UpstreamTimeout);
    });

    it('may take 30 seconds for one attempt, and no more', () => {
      expect(() => own.declare({ timeoutMs: 30_001 })).toThrow('No attempt takes longer than 30000 ms.');
      expect(DEFAULTS).toMatchObject({ timeoutMs: 5_000, budgetMs: 20_000, attempts: 3 });
    });
  });

  describe('that fails', () => {
    it.each([
      ['resets its connections', resets],
      ['is overloaded', says(503)],
      ['is behind a gateway that does not reach it', says(502)],
      ['is behind a gateway that waits in vain', says(504)],
      ['is asked too often', says(429)],
    ])('is asked again if it %s', async (_, behaviour) => {
      own.stub.willAnswer(behaviour, behaviour, GOOD);
      expect(await (await get(own.declare())).json(Rate)).toEqual({ name: 'one euro' });
      expect(own.stub.hits).toHaveLength(3);
    });

    it.each([
      ['has a mistake', says(500)],
      ['lacks a function', says(501)],
      ['sends too much', says(200, 'x'.repeat(30_000))],
      ['sends what is not compressed as it says', says(200, 'x', { 'content-encoding': 'gzip' })],
      ['compresses as nobody asked it to', says(200, 'x', { 'content-encoding': 'constructor' })],
      ['compresses ten megabytes into a few', says(200, gzipSync(Buffer.alloc(1e7)), { 'content-encoding': 'gzip' })],
    ])('is asked once if it %s', async (_, behaviour) => {
      own.stub.willAnswer(behaviour);
      await expect(get(own.declare({ maxBytes: 20_000 }))).rejects.toThrow(UpstreamFailed);
      expect(own.stub.hits).toHaveLength(1);
    });

    it('is asked when it said, if there is time', async () => {
      own.stub.willAnswer(says(503, '', { 'retry-after': '1' }), GOOD);
      expect(await get(own.declare())).toMatchObject({ status: 200 });
      const [first, second] = own.stub.hits.map(({ at }) => at) as [number, number];
      expect(second - first).toBeGreaterThanOrEqual(1_000);
      own.stub.willAnswer(says(429, '', { 'retry-after': '120' }));
      await expect(get(own.declare())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryAfter: 120 });
      expect(own.stub.hits).toHaveLength(1);
    });

    it('is asked again what can be asked twice, and nothing else', async () => {
      const upstream = own.declare({ breaker: 'none' });
      const hits = async (ask: () => Promise<unknown>) => {
        own.stub.willAnswer(says(503));
        await expect(ask()).rejects.toThrow(UpstreamUnavailable);
        return own.stub.hits.length;
      };
      const path = '/';
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'] as const) {
        expect(await hits(() => upstream.request({ method, path }))).toBe(3);
      }
      for (const method of ['POST', 'PATCH'] as const) {
        expect(await hits(() => upstream.request({ method, path }))).toBe(1);
        expect(await hits(() => upstream.request({ method, path, idempotent: true }))).toBe(3);
        expect(await hits(() => upstream.request({ method, path, headers: { 'Idempotency-Key': '1' } }))).toBe(3);
      }
      expect(await hits(() => upstream.request({ method: 'PUT', path, idempotent: false }))).toBe(1);
    });

    it('[R-77] #1 has a stand-in at once, if one is declared', async () => {
      await own.stub.stop();
      const upstream = own.declare({ attempts: 1 });
      const ask = () => upstream.request({ method: 'GET', path: '/', fallback: () => ({ name: 'of yesterday' }) });
      for (let time = 0; time < 12; time++) expect(await (await ask()).json(Rate)).toEqual({ name: 'of yesterday' });
    });
  });

  describe('whose breaker is open', () => {
    const open = async (upstream: Upstream) => {
      own.stub.willAnswer(says(500));
      await Promise.allSettled(Array.from({ length: 10 }, () => get(upstream)));
      own.stub.willAnswer(GOOD);
    };

    it('[R-77] #1 is left alone for 30 seconds, unless it is declared otherwise, and others are not', async () => {
      const [upstream, other] = [own.declare(), own.declare()];
      await open(upstream);
      await expect(get(upstream)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryAfter: 30 });
      expect(own.stub.hits).toHaveLength(0);
      expect(await get(other)).toMatchObject({ status: 200 });
    });

    it('[R-77] #1 opens when half of ten have failed, and not before', async () => {
      const [half, less] = [own.declare(), own.declare()];
      for (const [upstream, failures] of [
        [half, 5],
        [less, 4],
      ] as const) {
        own.stub.willAnswer(...Array.from({ length: 10 }, (_, call) => (call < 10 - failures ? GOOD : says(500))));
        for (let call = 0; call < 10; call++) await get(upstream).catch(() => undefined);
        own.stub.willAnswer(GOOD);
      }
      await expect(get(half)).rejects.toThrow(UpstreamUnavailable);
      expect(await get(less)).toMatchObject({ status: 200 });
    });

    it('is tried by one, while the others are told at once', async () => {
      const upstream = own.declare({ breaker: { calls: 10, restMs: 500 } });
      await open(upstream);
      let answer = () => undefined as unknown;
      own.stub.willAnswer((response) => (answer = () => response.end('{}')));
      let trial: Promise<unknown> = Promise.resolve();
      await eventually(async () => {
        trial = get(upstream);
        trial.catch(() => undefined);
        await eventually(() => Promise.resolve(expect(own.stub.hits).toHaveLength(1)), 100);
      });
      await expect(get(upstream)).rejects.toThrow(UpstreamUnavailable);
      answer();
      expect(await trial).toMatchObject({ status: 200 });
      own.stub.willAnswer(GOOD);
      expect(await get(upstream)).toMatchObject({ status: 200 });
    });

    it('is not taken for well because who tried it left', async () => {
      const upstream = own.declare({ breaker: { calls: 10, restMs: 300 }, timeoutMs: 500 });
      await open(upstream);
      own.stub.willAnswer(hangs);
      const leaving = new AbortController();
      await eventually(async () => {
        void upstream.request({ method: 'GET', path: '/', signal: leaving.signal, idempotent: false }).catch(() => 0);
        await eventually(() => Promise.resolve(expect(own.stub.hits).toHaveLength(1)), 100);
      });
      leaving.abort();
      await eventually(() => Promise.resolve(expect(own.stub.hits[0]?.abortedAt).toBeDefined()));
      await expect(get(upstream)).rejects.toThrow(UpstreamUnavailable);
      expect(own.stub.hits).toHaveLength(1);
    });

    it('was not opened by callers that left', async () => {
      const upstream = own.declare();
      own.stub.willAnswer(hangs);
      const signal = AbortSignal.timeout(100);
      const left = Array.from({ length: 15 }, () => upstream.request({ method: 'POST', path: '/', signal }));
      for (const { status } of await Promise.allSettled(left)) expect(status).toBe('rejected');
      await eventually(() => Promise.resolve(expect(own.stub.hits.every(({ abortedAt }) => abortedAt)).toBe(true)));
      own.stub.willAnswer(GOOD);
      expect(await get(upstream)).toMatchObject({ status: 200 });
    });
  });

  describe('that many ask at once', () => {
    it('gets only so many at a time, and a line that is not endless', async () => {
      const upstream = own.declare({ concurrency: 2, queue: 3, attempts: 1 });
      own.stub.willAnswer(hangs);
      const leaving = new AbortController();
      const ask = () => upstream.request({ method: 'GET', path: '/', signal: leaving.signal });
      const asked = Promise.allSettled(Array.from({ length: 5 }, ask));
      await eventually(() => Promise.resolve(expect(own.stub.hits).toHaveLength(2)));
      await expect(ask()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryAfter: 1 });
      leaving.abort();
      for (const { status } of await asked) expect(status).toBe('rejected');
      await eventually(() => Promise.resolve(expect(own.stub.hits.every(({ abortedAt }) => abortedAt)).toBe(true)));
      expect(own.stub.hits).toHaveLength(2);
      own.stub.willAnswer(GOOD);
      await eventually(async () => expect(await get(upstream)).toMatchObject({ status: 200 }));
    });
  });

  describe('that is asked during a request', () => {
    it('[R-76] #2 is given up before the request is', async () => {
      own.stub.willAnswer(hangs);
      const env = { REQUEST_TIMEOUT_MS: '4000', TEST_UPSTREAM_URL: own.stub.url };
      const asked = await TestApp.start({ env, modules: [UpstreamRoutesModule] });
      const { status, body } = await asked.api.get('/v1/test/upstream/rates');
      expect({ status, body }).toMatchObject({ status: 504, body: { code: 'UPSTREAM_TIMEOUT' } });
    });
  });
});
