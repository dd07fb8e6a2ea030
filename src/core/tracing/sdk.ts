import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { parseKeyPairsIntoRecord, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { application } from '../config/environment.config.js';
import type { Sink } from '../side-effects/sink.js';
import { ObservedExporter } from './observed-exporter.js';
import { Spans } from './spans.js';
import type { TracingConfig } from './tracing.config.js';

const EXPORT_WITHIN_MS = 5_000;

/** OpenTelemetry's SDK, which nobody loads before tracing is on. It is the process's own, and not the application's. */
export class Sdk {
  private readonly provider: TracerProvider;

  constructor(config: TracingConfig, environment: string, sink: Sink) {
    const exporter = new ObservedExporter(exporterTo(config), sink);
    this.provider = new TracerProvider({
      resource: resourceIn(environment),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.sampleRatio) }),
      // Its queue is bounded: what does not fit is dropped.
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
  }

  /** From now on whoever knows the API, also a library, takes part. */
  register(): Spans {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(this.provider);
    return new Spans(this.provider.getTracer(application.name, application.version));
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    trace.disable();
    propagation.disable();
    context.disable();
    await this.provider.shutdown();
  }
}

function exporterTo({ endpoint = '', headers = '' }: TracingConfig): OTLPTraceExporter {
  return new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    headers: parseKeyPairsIntoRecord(headers),
    timeoutMillis: EXPORT_WITHIN_MS,
  });
}

function resourceIn(environment: string): Resource {
  return defaultResource().merge(
    resourceFromAttributes({
      'service.name': application.name,
      'service.version': application.version,
      'deployment.environment.name': environment,
    }),
  );
}
