import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { outsideOfRequest } from '../http/request-context.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Metrics } from '../metrics/metrics.js';
import { AlertChannels, type Notice } from './alert-channels.js';
import { alertsConfig, type AlertsConfig } from './alerts.config.js';

/** Something that a person should look at. */
export interface Alert extends Notice {
  /** Of what kind it is: alerts with the same key are told once in a while. Never an id, of which there are many. */
  readonly key: string;
}

interface Storm {
  readonly timer: NodeJS.Timeout;
  heldBack: number;
  last: Alert;
}

const MOST_KEYS = 100;
const OTHERS = 'others';

/** Calls for the operators. */
@Injectable()
export class Alerts {
  private readonly storms = new Map<string, Storm>();
  private readonly raised;

  constructor(
    @Inject(alertsConfig.KEY) private readonly config: AlertsConfig,
    private readonly channels: AlertChannels,
    private readonly logger: PinoLogger,
    metrics: Metrics,
    shutdown: Shutdown,
  ) {
    logger.setContext(Alerts.name);
    this.raised = metrics.counter('operator_alerts_total', 'Alerts that were raised, by severity', ['severity']);
    shutdown.register('schedulers', 'alerts', () => this.calm());
  }

  /** Returns at once and never throws. The first of its kind is told at once, those that follow soon are told together. */
  raise(alert: Alert): void {
    this.raised.inc({ severity: alert.severity });
    const key = this.storms.has(alert.key) || this.storms.size < MOST_KEYS ? alert.key : OTHERS;
    const storm = this.storms.get(key);
    if (storm === undefined) return this.tell(key, alert);
    storm.heldBack++;
    storm.last = alert;
  }

  private tell(key: string, alert: Alert, heldBack = 0): void {
    const more = heldBack > 1 ? `\n\n(${heldBack} times since the last one)` : '';
    this.logger.warn({ key, severity: alert.severity, heldBack }, alert.title);
    this.channels.tell({ title: alert.title, text: `${alert.text}${more}`, severity: alert.severity });
    const ms = this.config.cooldownSeconds * 1_000;
    const timer = outsideOfRequest(() => setTimeout(() => this.cool(key), ms).unref());
    this.storms.set(key, { timer, heldBack: 0, last: alert });
  }

  private cool(key: string): void {
    const storm = this.storms.get(key);
    this.storms.delete(key);
    if (storm && storm.heldBack > 0) this.tell(key, storm.last, storm.heldBack);
  }

  private calm(): void {
    for (const { timer } of this.storms.values()) clearTimeout(timer);
    this.storms.clear();
  }
}
