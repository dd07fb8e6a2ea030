import {
  type Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { whenOver } from '../http/request-end.js';
import type { TraceCarrier, TraceOfLine } from './trace.js';

export interface SpanDetails {
  readonly kind?: Lowercase<keyof typeof SpanKind>;
  readonly attributes?: Attributes;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** While tracing is on */
    span?: Span;
  }
}

/** Makes spans. What may be personal gets into none: no message of an error, no path, no address, no value. */
export class Spans {
  constructor(private readonly tracer: Tracer) {}

  /** Whether what goes on here belongs to a trace that is kept. */
  get recording(): boolean {
    return trace.getActiveSpan()?.isRecording() ?? false;
  }

  async around<T>(
    name: string,
    carrier: TraceCarrier | undefined,
    work: () => Promise<T>,
    { kind = 'internal', attributes }: SpanDetails = {},
  ): Promise<T> {
    const parent = carrier === undefined ? context.active() : propagation.extract(ROOT_CONTEXT, carrier);
    const options = { kind: SpanKind[kind.toUpperCase() as keyof typeof SpanKind], attributes };
    const span = this.tracer.startSpan(name, options, parent);
    try {
      return await context.with(trace.setSpan(parent, span), work);
    } catch (thrown) {
      fail(span, typeOf(thrown));
      throw thrown;
    } finally {
      span.end();
    }
  }

  /** Goes on inside of the span of the request, which a caller's `traceparent` makes a part of the caller's trace. */
  aroundRequest(request: FastifyRequest, reply: FastifyReply, goOn: () => void): void {
    const { method, protocol, id, headers } = request;
    const route = request.routeOptions.url;
    const parent = propagation.extract(ROOT_CONTEXT, headers);
    const attributes = {
      'http.request.method': method,
      'url.scheme': protocol,
      'http.response.header.x-request-id': [id],
      ...(route !== undefined && { 'http.route': route }),
    };
    const name = route === undefined ? method : `${method} ${route}`;
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    request.span = span;
    whenOver(request, (answered) => endOfRequest(span, answered ? reply.statusCode : undefined));
    context.with(trace.setSpan(parent, span), goOn);
  }

  carrier(): TraceCarrier | undefined {
    const carrier: Partial<TraceCarrier> = {};
    propagation.inject(context.active(), carrier);
    return carrier.traceparent === undefined ? undefined : (carrier as TraceCarrier);
  }

  ofLine(span = trace.getActiveSpan()): TraceOfLine | undefined {
    if (span === undefined) return undefined;
    const { traceId, spanId } = span.spanContext();
    return { trace_id: traceId, span_id: spanId };
  }
}

/** @param status undefined if the client left before its answer: nobody's failure */
function endOfRequest(span: Span, status: number | undefined): void {
  if (status !== undefined) span.setAttribute('http.response.status_code', status);
  if (status !== undefined && status >= 500) fail(span, String(status));
  span.end();
}

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR });
}

/** A code says more than a class, and both hold nothing personal. */
function typeOf(thrown: unknown): string {
  const { code, name } = (thrown ?? {}) as { code?: unknown; name?: unknown };
  return [code, name].find((one) => typeof one === 'string') ?? typeof thrown;
}
