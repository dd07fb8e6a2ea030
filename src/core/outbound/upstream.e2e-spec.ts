import { gzipSync } from 'node:zlib';
import { propagation } from '@opentelemetry/api';
import { IsString } from 'class-validator';
import { TestApp } from '../../../test/harness/app.js';
import { get, upstreams } from '../../../test/harness/declared-upstream.js';
import { eventually } from '../../../test/harness/eventually.js';
import { hangs, says, StubUpstream } from '../../../test/harness/upstream.js';
import { FeatureDisabled, ValidationFailed } from '../errors/core.errors.js';
import { Outbound } from './outbound.js';
import { UpstreamFailed, UpstreamUnavailable } from './outbound.errors.js';

class Rate {
  @IsString()
  name: string;
}

describe('an upstream', () => {
  const own = upstreams();

  describe('that answers', () => {
    it('is not followed elsewhere', async () => {
      const elsewhere = await StubUpstream.start();
      own.stub.willAnswer(says(302, '', { location: elsewhere.url }));
      expect(await get(own.declare())).toMatchObject({ status: 302, ok: false });
      expect(elsewhere.hits).toEqual([]);
    });

    it('is understood when it compresses', async () => {
      const body = gzipSync(JSON.stringify({ name: 'small' }));
      own.stub.willAnswer(says(200, body, { 'content-encoding': 'gzip' }));
      expect(await (await get(own.declare())).json(Rate)).toEqual({ name: 'small' });
      expect(own.stub.hits[0]?.headers['accept-encoding']).toBe('gzip, br');
      const head = await own.declare().request({ method: 'HEAD', path: '/' });
      expect(head).toMatchObject({ status: 200, text: '' });
    });

    it('is held to what it should answer, and may answer more', async () => {
      own.stub.willAnswer(says(200, [{ name: 'a', of: 'no interest' }, { name: 'b' }]));
      const answer = await get(own.declare());
      expect(await answer.list(Rate)).toEqual([{ name: 'a' }, { name: 'b' }]);
      await expect(answer.json(Rate)).rejects.toThrow(UpstreamFailed);
      own.stub.willAnswer(says(200, 'canary'));
      const failure = (await (
        await get(own.declare())
      )
        .json(Rate)
        .catch((thrown: unknown) => thrown)) as UpstreamFailed;
      expect(failure).toBeInstanceOf(UpstreamFailed);
      expect(String(failure.cause)).not.toContain('canary');
    });

    it('hears which trace it is part of, if there is one', async () => {
      const inject = (_: unknown, carrier: object) => Object.assign(carrier, { traceparent: '00-1-2-01' });
      propagation.setGlobalPropagator({ inject, extract: (context) => context, fields: () => ['traceparent'] });
      await get(own.declare());
      propagation.disable();
      expect(own.stub.hits[0]?.headers.traceparent).toBe('00-1-2-01');
    });

    it('gets forms, JSON and text as they should be', async () => {
      const upstream = own.declare({ url: `${own.stub.url}/base/`, headers: { 'x-key': 'k' } });
      const post = async (body: object | string) => {
        own.stub.hits.length = 0;
        await upstream.request({ method: 'POST', path: '/things', body });
        const [hit] = own.stub.hits;
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
      const upstream = own.declare();
      const ask = (topic: string) => upstream.request({ method: 'GET', path: '/v1/:topic/news', params: { topic } });
      for (const [topic, path] of [
        ['a&b=c#', '/v1/a%26b%3Dc%23/news'],
        ['../admin', '/v1/..%2Fadmin/news'],
        ['a/b?c', '/v1/a%2Fb%3Fc/news'],
      ] as const) {
        own.stub.hits.length = 0;
        await ask(topic);
        expect(own.stub.hits[0]?.path).toBe(path);
      }
      own.stub.hits.length = 0;
      for (const topic of ['', '.', '..', 'a\nb', 'x'.repeat(1_001), '\ud800']) {
        await expect(ask(topic)).rejects.toThrow(ValidationFailed);
      }
      expect(own.stub.hits).toEqual([]);
    });

    it('[R-76] #3 with a path that is written in the source', async () => {
      const upstream = own.declare();
      const topic = String('news?all=1');
      // @ts-expect-error -- a path that was put together does not compile
      await expect(upstream.request({ method: 'GET', path: `/v1/${topic}` })).rejects.toThrow('is a template');
      // @ts-expect-error -- nor one without its parameter
      await expect(upstream.request({ method: 'GET', path: '/v1/:topic' })).rejects.toThrow('lacks its topic');
    });

    it('by a name that nobody else has, at an address that is one', () => {
      own.outbound.upstream('unique', { url: own.stub.url });
      expect(() => own.outbound.upstream('unique', { url: own.stub.url })).toThrow(
        'The upstream "unique" is declared twice.',
      );
      for (const url of [undefined, 'nowhere', 'https://x/?key=secret']) {
        expect(() => own.declare({ url })).toThrow(/^The upstream "[\w-]+" has no address\.$/);
      }
    });
  });

  it('that is switched off is never asked, and readiness says so', async () => {
    const upstream = own.outbound.upstream('switched-off', { url: undefined, enabled: false });
    await expect(get(upstream)).rejects.toThrow(FeatureDisabled);
    expect(await own.test.api.get('/health/ready')).toMatchObject({
      body: { checks: { 'upstream:switched-off': { status: 'disabled' } } },
    });
  });

  it('leaves no connection when the application ends', async () => {
    const ending = await TestApp.start();
    const upstream = ending.app.get(Outbound).upstream('last', { url: own.stub.url });
    await get(upstream);
    own.stub.willAnswer(hangs);
    const hanging = get(upstream);
    const outcome = expect(hanging).rejects.toThrow(UpstreamUnavailable);
    await eventually(() => Promise.resolve(expect(own.stub.hits).toHaveLength(1)));
    const started = performance.now();
    await ending.close();
    await outcome;
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
