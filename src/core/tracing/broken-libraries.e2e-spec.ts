import { jest } from '@jest/globals';
import { HttpSink } from '../../../test/harness/http-sink.js';
import { METRICS } from '../../../test/harness/process.js';
import { reportingTo } from '../../../test/harness/sentry-sink.js';

const broken = () => {
  throw new Error('the library is broken');
};
jest.unstable_mockModule('@opentelemetry/sdk-trace', broken);
jest.unstable_mockModule('@sentry/core', broken);
const { TestApp } = await import('../../../test/harness/app.js');
const { TestRoutesModule } = await import('../../../test/harness/routes.controller.js');

describe('the application', () => {
  it('does without tracing and error tracking when their libraries cannot be loaded, and says so', async () => {
    const sink = await HttpSink.open();
    const env = { OTEL_ENABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...reportingTo(sink), ...METRICS.env };
    const test = await TestApp.start({ env, modules: [TestRoutesModule] });
    expect(await test.api.get('/v1/test/reads')).toMatchObject({ status: 200 });
    expect(await test.api.get('/v1/test/throws')).toMatchObject({ status: 500 });
    expect(await test.api.get('/health/ready')).toMatchObject({
      status: 200,
      body: {
        status: 'degraded',
        checks: { tracing: { status: 'degraded' }, 'error-tracking': { status: 'degraded' }, traces: { status: 'up' } },
      },
    });
    expect(await METRICS.value(test, 'side_effect_failures_total', 'sink="sentry"')).toBe(1);
    await test.close();
    expect(sink.connections).toBe(0);
  });
});
