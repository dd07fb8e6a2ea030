import type { Span } from '@opentelemetry/api';
import type { SpanDetails, Spans } from './spans.js';

/** Headers of W3C Trace Context, for whoever goes on with the work. */
export interface TraceCarrier {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** How a line of the log names its trace, in the words of OpenTelemetry. */
export interface TraceOfLine {
  readonly trace_id: string;
  readonly span_id: string;
}

/** OpenTelemetry is loaded when tracing is on: till then nothing but a look at this is done. */
let spans: Spans | undefined;

/** @param made makes the spans of this process from now on; undefined for none */
export function traceWith(made: Spans | undefined): void {
  spans = made;
}

export const currentSpans = (): Spans | undefined => spans;

/**
 * Does the work inside of a span, which ends and fails with it.
 * @param name of few, never with a value in it: `job exports.create`
 * @param carrier what `carrierOfNow` said where the work was asked for; undefined if that is here, or nobody
 */
export function traced<T>(
  name: string,
  carrier: TraceCarrier | undefined,
  work: () => Promise<T>,
  details?: SpanDetails,
): Promise<T> {
  return spans === undefined ? work() : spans.around(name, carrier, work, details);
}

/** What goes on here, to be kept in a job's row or sent in the headers of a call. @returns undefined without a trace */
export function carrierOfNow(): TraceCarrier | undefined {
  return spans?.carrier();
}

/** @param span what the line is about, if that is not where it is written */
export function traceOfLine(span?: Span): TraceOfLine | undefined {
  return spans?.ofLine(span);
}
