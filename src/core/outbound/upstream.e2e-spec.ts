import { gzipSync } from 'node:zlib';
import { propagation } from '@opentelemetry/api';
import { IsString } from 'class-validator';
import { TestApp } from '../../../test/harness/app.js';
import { eventually } from '../../../test/harness/eventually.js';
import { METRICS } from '../../../test/harness/process.js';
import { hangs, resets, says, StubUpstream } from '../../../test/harness/upstream.js';
import { UpstreamRoutesModule } from '../../../test/harness/upstreams.controller.js';
import { FeatureDisabled, ValidationFailed } from '../errors/core.errors.js';
import { Outbound } from './outbound.js';
import { UpstreamFailed, UpstreamTimeout, UpstreamUnavailable } from './outbound.errors.js';
import type { Upstream, UpstreamOptions } from './upstream.js';
import { DEFAULTS } from './upstream-options.js';

class Rate {
  @IsString()
  name: string;
}

const GOOD = says(200, { name: 'one euro' });

describe('an upstream', () => {
  let test: TestApp;
  let outbound: Outbound;
  let stub: StubUpstream;
  let declared = 0;
  beforeAll(async () => {
    test = await TestApp.start({ env: METRICS.env });
    outbound = test.app.get(Outbound);
  });
  beforeEach(async () => {
    stub = await StubUpstream.start();
  });
  afterEach(() => stub.stop());

  const declare = (options: Partial<UpstreamOptions> = {}): Upstream =>
    outbound.upstream(`stub-${++declared}`, { url: stub.url, backoffMs: 10, ...options });
  const get = (upstream: Upstream) => upstream.request({ method: 'GET', path: '/' });

  describe('that hangs', () => {
    it('[R-76] #2 is given up in time, each attempt and all together', async () => {
      stub.willAnswer(hangs);
      const started = performance.now();
      await expect(get(outbound.upstream('as usual', { url: stub.url }))).rejects.toThrow(UpstreamTimeout);
      expect(performance.now() - started).toBeLessThan(20_500);
      expect(stub.hits).toHaveLength(3);
      await eventually(() => Promise.resolve(expect(stub.hits.every(({ abortedAt }) => abortedAt)).toBe(true)));
      for (const { at, abortedAt = Infinity } of stub.hits) expect(abortedAt - at).toBeLessThan(5_500);
    }, 30_000);

    it('[R-76] #2 is given up when the budget of all attempts is used up', async () => {
      stub.willAnswer(hangs);
      const started = performance.now();
      await expect(get(declare({ timeoutMs: 400, budgetMs: 1_000 }))).rejects.toThrow(UpstreamTimeout);
      expect(performance.now() - started).toBeLessThan(1_500);
      expect(stub.hits).toHaveLength(3);
    });

    it('in the middle of its answer is given up too', async () => {
      stub.willAnswer((response) => response.writeHead(200).write('{"na'));
      await expect(get(declare({ timeoutMs: 200, attempts: 1 }))).rejects.toThrow(UpstreamTimeout);
    });

    it('may take 30 seconds for one attempt, and no more', () => {
      expect(() => declare({ timeoutMs: 30_001 })).toThrow('No attempt takes longer than 30000 ms.');
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
      stub.willAnswer(behaviour, behaviour, GOOD);
      expect(await (await get(declare())).json(Rate)).toEqual({ name: 'one euro' });
      expect(stub.hits).toHaveLength(3);
    });

    it.each([
      ['has a mistake', says(500)],
      ['lacks a function', says(501)],
      ['sends too much', says(200, 'x'.repeat(30_000))],
      ['sends what is not compressed as it says', says(200, 'x', { 'content-encoding': 'gzip' })],
      ['compresses as nobody asked it to', says(200, 'x', { 'content-encoding': 'constructor' })],
      ['compresses ten megabytes into a few', says(200, gzipSync(Buffer.alloc(1e7)), { 'content-encoding': 'gzip' })],
    ])('is asked once if it %s', async (_, behaviour) => {
      stub.willAnswer(behaviour);
      await expect(get(declare({ maxBytes: 20_000 }))).rejects.toThrow(UpstreamFailed);
      expect(stub.hits).toHaveLength(1);
    });

    it('is asked when it said, if there is time', async () => {
      stub.willAnswer(says(503, '', { 'retry-after': '1' }), GOOD);
      expect(await get(declare())).toMatchObject({ status: 200 });
      const [first, second] = stub.hits.map(({ at }) => at) as [number, number];
      expect(second - first).toBeGreaterThanOrEqual(1_000);
      stub.willAnswer(says(429, '', { 'retry-after': '120' }));
      await expect(get(declare())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryAfter: 120 });
      expect(stub.hits).toHaveLength(1);
    });

    it('is asked again what can be asked twice, and nothing else', async () => {
      const upstream = declare({ breaker: 'none' });
      const hits = async (ask: () => Promise<unknown>) => {
        stub.willAnswer(says(503));
        await expect(ask()).rejects.toThrow(UpstreamUnavailable);
        return stub.hits.length;
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
      await stub.stop();
      const upstream = declare({ attempts: 1 });
      const ask = () => upstream.request({ method: 'GET', path: '/', fallback: () => ({ name: 'of yesterday' }) });
      for (let time = 0; time < 12; time++) expect(await (await ask()).json(Rate)).toEqual({ name: 'of yesterday' });
    });
  });

  describe('whose breaker is open', () => {
    const open = async (upstream: Upstream) => {
      stub.willAnswer(says(500));
      await Promise.allSettled(Array.from({ length: 10 }, () => get(upstream)));
      stub.willAnswer(GOOD);
    };

    it('[R-77] #1 is left alone for 30 seconds, unless it is declared otherwise, and others are not', async () => {
      const [upstream, other] = [declare(), declare()];
      await open(upstream);
      await expect(get(upstream)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryAfter: 30 });
      expect(stub.hits).toHaveLength(0);
      expect(await get(other)).toMatchObject({ status: 200 });
    });

    it('[R-77] #1 opens when half of ten have failed, and not before', async () => {
      const [half, less] = [declare(), declare()];
      for (const [upstream, failures] of [
        [half, 5],
        [less, 4],
      ] as const) {
        stub.willAnswer(...Array.from({ length: 10 }, (_, call) => (call < 10 - failures ? GOOD : says(500))));
        for (let call = 0; call < 10; call++) await get(upstream).catch(() => undefined);
        stub.willAnswer(GOOD);
      }
      await expect(get(half)).rejects.toThrow(UpstreamUnavailable);
      expect(await get(less)).toMatchObject({ status: 200 });
    });

    it('is tried by one, while the others are told at once', async () => {
      const upstream = declare({ breaker: { calls: 10, restMs: 500 } });
      await open(upstream);
      let answer = () => undefined as unknown;
      stub.willAnswer((response) => (answer = () => response.end('{}')));
      let trial: Promise<unknown> = Promise.resolve();
      await eventually(async () => {
        trial = get(upstream);
        trial.catch(() => undefined);
        await eventually(() => Promise.resolve(expect(stub.hits).toHaveLength(1)), 100);
      });
      await expect(get(upstream)).rejects.toThrow(UpstreamUnavailable);
      answer();
      expect(await trial).toMatchObject({ status: 200 });
      stub.willAnswer(GOOD);
      expect(await get(upstream)).toMatchObject({ status: 200 });
    });

    it('is not taken for well because who tried it left', async () => {
      const upstream = declare({ breaker: { calls: 10, restMs: 300 }, timeoutMs: 500 });
      await open(upstream);
      stub.willAnswer(hangs);
      const leaving = new AbortController();
      await eventually(async () => {
        void upstream.request({ method: 'GET', path: '/', signal: leaving.signal, idempotent: false }).catch(() => 0);
        await eventually(() => Promise.resolve(expect(stub.hits).toHaveLength(1)), 100);
      });
      leaving.abort();
      await eventually(() => Promise.resolve(expect(stub.hits[0]?.abortedAt).toBeDefined()));
      await expect(get(upstream)).rejects.toThrow(UpstreamUnavailable);
      expect(stub.hits).toHaveLength(1);
    });

    it('was not opened by callers that left', async () => {
      const upstream = declare();
      stub.willAnswer(hangs);
      const signal = AbortSignal.timeout(100);
      const left = Array.from({ length: 15 }, () => upstream.request({ method: 'POST', path: '/', signal }));
      for (const { status } of await Promise.allSettled(left)) expect(status).toBe('rejected');
      await eventually(() => Promise.resolve(expect(stub.hits.every(({ abortedAt }) => abortedAt)).toBe(true)));
      stub.willAnswer(GOOD);
      expect(await get(upstream)).toMatchObject({ status: 200 });
    });
  });

  describe('that many ask at once', () => {
    it('gets only so many at a time, and a line that is not endless', async () => {
      const upstream = declare({ concurrency: 2, queue: 3, attempts: 1 });
      stub.willAnswer(hangs);
      const leaving = new AbortController();
      const ask = () => upstream.request({ method: 'GET', path: '/', signal: leaving.signal });
      const asked = Promise.allSettled(Array.from({ length: 5 }, ask));
      await eventually(() => Promise.resolve(expect(stub.hits).toHaveLength(2)));
      await expect(ask()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryAfter: 1 });
      leaving.abort();
      for (const { status } of await asked) expect(status).toBe('rejected');
      await eventually(() => Promise.resolve(expect(stub.hits.every(({ abortedAt }) => abortedAt)).toBe(true)));
      expect(stub.hits).toHaveLength(2);
      stub.willAnswer(GOOD);
      await eventually(async () => expect(await get(upstream)).toMatchObject({ status: 200 }));
    });
  });

  describe('that is asked during a request', () => {
    it('[R-76] #2 is given up before the request is', async () => {
      stub.willAnswer(hangs);
      const env = { REQUEST_TIMEOUT_MS: '4000', TEST_UPSTREAM_URL: stub.url };
      const own = await TestApp.start({ env, modules: [UpstreamRoutesModule] });
      const { status, body } = await own.api.get('/v1/test/upstream/rates');
      expect({ status, body }).toMatchObject({ status: 504, body: { code: 'UPSTREAM_TIMEOUT' } });
    });
  });

  describe('that answers', () => {
    it('is not followed elsewhere', async () => {
      const elsewhere = await StubUpstream.start();
      stub.willAnswer(says(302, '', { location: elsewhere.url }));
      expect(await get(declare())).toMatchObject({ status: 302, ok: false });
      expect(elsewhere.hits).toEqual([]);
    });

    it('is understood when it compresses', async () => {
      const body = gzipSync(JSON.stringify({ name: 'small' }));
      stub.willAnswer(says(200, body, { 'content-encoding': 'gzip' }));
      expect(await (await get(declare())).json(Rate)).toEqual({ name: 'small' });
      expect(stub.hits[0]?.headers['accept-encoding']).toBe('gzip, br');
      const head = await declare().request({ method: 'HEAD', path: '/' });
      expect(head).toMatchObject({ status: 200, text: '' });
    });

    it('is held to what it should answer, and may answer more', async () => {
      stub.willAnswer(says(200, [{ name: 'a', of: 'no interest' }, { name: 'b' }]));
      const answer = await get(declare());
      expect(await answer.list(Rate)).toEqual([{ name: 'a' }, { name: 'b' }]);
      await expect(answer.json(Rate)).rejects.toThrow(UpstreamFailed);
      stub.willAnswer(says(200, 'canary'));
      const failure = (await (await get(declare())).json(Rate).catch((thrown: unknown) => thrown)) as UpstreamFailed;
      expect(failure).toBeInstanceOf(UpstreamFailed);
      expect(String(failure.cause)).not.toContain('canary');
    });

    it('hears which trace it is part of, if there is one', async () => {
      const inject = (_: unknown, carrier: object) => Object.assign(carrier, { traceparent: '00-1-2-01' });
      propagation.setGlobalPropagator({ inject, extract: (context) => context, fields: () => ['traceparent'] });
      await get(declare());
      propagation.disable();
      expect(stub.hits[0]?.headers.traceparent).toBe('00-1-2-01');
    });

    it('gets forms, JSON and text as they should be', async () => {
      const upstream = declare({ url: `${stub.url}/base/`, headers: { 'x-key': 'k' } });
      const post = async (body: object | string) => {
        stub.hits.length = 0;
        await upstream.request({ method: 'POST', path: '/things', body });
        const [hit] = stub.hits;
        return [hit?.path, hit?.headers['content-type'], hit?.headers['x-key'], hit?.body];
      };
      const form = new URLSearchParams({ to: '+49 30', text: 'a&b' });
      expect(await post(form)).toEqual(['/base/things', 'application/x-www-form-urlencoded', 'k', form.toString()]);
      expect(await post({ a: 1 })).toEqual(['/base/things', 'application/json', 'k', '{"a":1}']);
      expect(await post('plain')).toEqual(['/base/things', undefined, 'k', 'plain']);
    });
  });

  describe('is addressed', () => {
    it('[R-76] #3 with values that stay one segment, and cannot name another place', async () => {
      const upstream = declare();
      const ask = (topic: string) => upstream.request({ method: 'GET', path: '/v1/:topic/news', params: { topic } });
      for (const [topic, path] of [
        ['a&b=c#', '/v1/a%26b%3Dc%23/news'],
        ['../admin', '/v1/..%2Fadmin/news'],
        ['a/b?c', '/v1/a%2Fb%3Fc/news'],
      ] as const) {
        stub.hits.length = 0;
        await ask(topic);
        expect(stub.hits[0]?.path).toBe(path);
      }
      stub.hits.length = 0;
      for (const topic of ['', '.', '..', 'a\nb', 'x'.repeat(1_001), '\ud800']) {
        await expect(ask(topic)).rejects.toThrow(ValidationFailed);
      }
      expect(stub.hits).toEqual([]);
    });

    it('[R-76] #3 with a path that is written in the source', async () => {
      const upstream = declare();
      const topic = String('news?all=1');
      // @ts-expect-error -- a path that was put together does not compile
      await expect(upstream.request({ method: 'GET', path: `/v1/${topic}` })).rejects.toThrow('is a template');
      // @ts-expect-error -- nor one without its parameter
      await expect(upstream.request({ method: 'GET', path: '/v1/:topic' })).rejects.toThrow('lacks its topic');
    });

    it('by a name that nobody else has, at an address that is one', () => {
      outbound.upstream('unique', { url: stub.url });
      expect(() => outbound.upstream('unique', { url: stub.url })).toThrow('The upstream "unique" is declared twice.');
      for (const url of [undefined, 'nowhere', 'https://x/?key=secret']) {
        expect(() => declare({ url })).toThrow(/^The upstream "[\w-]+" has no address\.$/);
      }
    });
  });

  it('that is switched off is never asked, and readiness says so', async () => {
    const upstream = outbound.upstream('switched-off', { url: undefined, enabled: false });
    await expect(get(upstream)).rejects.toThrow(FeatureDisabled);
    expect(await test.api.get('/health/ready')).toMatchObject({
      body: { checks: { 'upstream:switched-off': { status: 'disabled' } } },
    });
  });

  it('leaves no connection when the application ends', async () => {
    const own = await TestApp.start();
    const upstream = own.app.get(Outbound).upstream('last', { url: stub.url });
    await get(upstream);
    stub.willAnswer(hangs);
    const hanging = get(upstream);
    const outcome = expect(hanging).rejects.toThrow(UpstreamUnavailable);
    await eventually(() => Promise.resolve(expect(stub.hits).toHaveLength(1)));
    const started = performance.now();
    await own.close();
    await outcome;
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
