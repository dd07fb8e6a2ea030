import { Outbound } from '../../src/core/outbound/outbound.js';
import type { Upstream, UpstreamOptions } from '../../src/core/outbound/upstream.js';
import { TestApp } from './app.js';
import { METRICS } from './process.js';
import { says, StubUpstream } from './upstream.js';

export const GOOD = says(200, { name: 'one euro' });

export const get = (upstream: Upstream) => upstream.request({ method: 'GET', path: '/' });

/** An application for all tests of a file, and an upstream that answers as it is told for each of them. */
export function upstreams() {
  let declared = 0;
  const own = {
    declare: (options: Partial<UpstreamOptions> = {}): Upstream =>
      own.outbound.upstream(`stub-${++declared}`, { url: own.stub.url, backoffMs: 10, ...options }),
  } as {
    test: TestApp;
    outbound: Outbound;
    stub: StubUpstream;
    declare: (options?: Partial<UpstreamOptions>) => Upstream;
  };
  beforeAll(async () => {
    own.test = await TestApp.start({ env: METRICS.env });
    own.outbound = own.test.app.get(Outbound);
  });
  beforeEach(async () => {
    own.stub = await StubUpstream.start();
  });
  afterEach(() => own.stub.stop());
  return own;
}
