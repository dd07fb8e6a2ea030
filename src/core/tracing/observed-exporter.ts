import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { outsideOfRequest } from '../http/request-context.js';
import type { Sink } from '../side-effects/sink.js';

/** An exporter whose failures are counted and told: OpenTelemetry's own fails in silence. */
export class ObservedExporter implements SpanExporter {
  constructor(
    private readonly exporter: SpanExporter,
    private readonly sink: Sink,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    // What is sent are spans of many requests, on behalf of none.
    outsideOfRequest(() => this.sink.observe(() => this.send(spans))).then(
      () => done({ code: ExportResultCode.SUCCESS }),
      (error: Error) => done({ code: ExportResultCode.FAILED, error }),
    );
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  private send(spans: ReadableSpan[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.exporter.export(spans, ({ code, error }) => {
        if (code === ExportResultCode.SUCCESS) resolve();
        else reject(error ?? new Error('The spans were not taken.'));
      });
    });
  }
}
