import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { outsideOfRequest } from '../http/request-context.js';

/** Runs what sends spans, and keeps account of whether it failed. */
export type Observe = (work: () => Promise<unknown>) => Promise<unknown>;

/** An exporter that tells how it is doing: OpenTelemetry's own would fail in silence. */
export class ObservedExporter implements SpanExporter {
  constructor(
    private readonly exporter: SpanExporter,
    private readonly observe: Observe,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    // What is sent are spans of many requests, on behalf of none.
    outsideOfRequest(() => this.observe(() => this.send(spans))).then(
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
