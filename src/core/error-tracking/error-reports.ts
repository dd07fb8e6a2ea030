import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Metrics } from '../metrics/metrics.js';
import { type Circumstances, type ErrorReport, kindOf, toReport } from './error-report.js';
import { ReportRate } from './report-rate.js';

/** Passes a report on. It does not wait, and does not throw. */
type Listener = (report: ErrorReport) => void;

/** The port through which failures of ours are told to whoever keeps track of them. Without somebody nothing is done. */
@Injectable()
export class ErrorReports {
  private readonly listeners: Listener[] = [];
  private readonly rate = new ReportRate();
  private readonly heldBack;

  constructor(
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    logger.setContext(ErrorReports.name);
    this.heldBack = metrics.counter('error_reports_held_back_total', 'Failures that repeat others of that minute', [
      'code',
    ]);
  }

  register(listener: Listener): void {
    this.listeners.push(listener);
  }

  /**
   * Tells of a failure, once for each call: at once, without waiting, and never throws. Of one kind, by code and place
   * in the source, ten a minute are told, and 100 in all; the others are counted.
   */
  report(thrown: unknown, circumstances: Circumstances): void {
    if (this.listeners.length === 0) return;
    try {
      this.tell(toReport(thrown, circumstances));
    } catch (err) {
      this.logger.warn({ err, code: circumstances.code }, 'a failure could not be reported');
    }
  }

  private tell(report: ErrorReport): void {
    if (this.rate.admits(kindOf(report))) for (const listener of this.listeners) listener(report);
    else this.heldBack.inc({ code: report.code });
  }
}
