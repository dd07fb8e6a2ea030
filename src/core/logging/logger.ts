import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { application } from '../config/environment.config.js';
import { currentRequest } from '../http/request-context.js';
import { traceOfLine } from '../tracing/trace.js';
import type { LoggingConfig } from './logging.config.js';
import { redactedPaths, scrub } from './redaction.js';
import { serializeError } from './serialize-error.js';

/** Makes the application's logger: JSON lines on standard output, written before the call returns. */
export async function createLogger({ level, format }: LoggingConfig): Promise<Logger> {
  const destination = format === 'pretty' ? await prettyStream() : undefined;
  return destination ? pino(loggerOptions(level), destination) : pino(loggerOptions(level));
}

/** How a line looks, also before the configuration is known. */
export function loggerOptions(level = 'info') {
  return {
    level,
    base: { service: application.name, version: application.version },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: contextOfLine,
    // A line of its own may name another request than the one it is written in.
    mixinMergeStrategy: (line: object, context: object) => ({ ...context, ...line }),
    redact: { paths: redactedPaths, censor: '[redacted]' },
    serializers: { err: (error: unknown) => serializeError(error) },
    hooks: { streamWrite: scrub },
  };
}

function contextOfLine(): object {
  const request = currentRequest();
  const context = request === undefined ? {} : { requestId: request.requestId };
  return Object.assign(context, traceOfLine());
}

async function prettyStream(): Promise<DestinationStream> {
  const { PinoPretty } = await import('pino-pretty');
  return PinoPretty({
    sync: true,
    singleLine: true,
    ignore: 'pid,hostname,service,version',
    translateTime: 'SYS:HH:MM:ss',
  });
}
