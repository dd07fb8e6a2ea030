import { createStackParser, type Event, type Exception, uuid4 } from '@sentry/core';
import { nodeStackLineParser } from '@sentry/core/server';
import { application } from '../config/environment.config.js';
import type { ErrorReport, ReportedError } from './error-report.js';

const parseStack = createStackParser(nodeStackLineParser());

/** A report in the words of Sentry. Put together by hand, so that it says no more than the report. */
export function toEvent(report: ErrorReport, environment: string): Event {
  const { severity, code, requestId, place, at, error, trace } = report;
  return {
    event_id: uuid4(),
    timestamp: at.getTime() / 1_000,
    platform: 'node',
    level: severity,
    environment,
    release: `${application.name}@${application.version}`,
    transaction: place,
    tags: { code, requestId },
    contexts: trace && { trace: { ...trace } },
    extra: { code: error.code, constraint: error.constraint, statement: error.statement },
    exception: { values: chainOf(error).map((one) => toException(one, severity)) },
  };
}

/** The first cause first, as Sentry wants it. */
function chainOf(error: ReportedError): ReportedError[] {
  return error.cause === undefined ? [error] : [...chainOf(error.cause), error];
}

function toException(error: ReportedError, severity: ErrorReport['severity']): Exception {
  return {
    type: error.type,
    value: error.message,
    mechanism: { type: 'generic', handled: severity !== 'fatal' },
    stacktrace: { frames: parseStack(error.frames.join('\n')) },
  };
}
