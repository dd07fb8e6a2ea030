import { Injectable } from '@nestjs/common';
import { SideEffects } from '../side-effects/side-effects.js';
import type { Sink } from '../side-effects/sink.js';

export type Severity = 'info' | 'warning' | 'critical';

/** What an operator reads. It holds nothing personal: it goes to other services, and stays there. */
export interface Notice {
  readonly title: string;
  readonly text: string;
  readonly severity: Severity;
}

/** @param signal fires when it has taken too long */
export type Send = (notice: Notice, signal: AbortSignal) => Promise<unknown>;

/** The port through which each room says how operators can be reached. */
@Injectable()
export class AlertChannels {
  private readonly channels = new Map<Sink, Send>();

  constructor(private readonly sideEffects: SideEffects) {}

  /** Readiness shows it as `<name>-alerts`. @param connect is called only if the channel is enabled */
  register(name: string, enabled: boolean, connect: () => Send): void {
    const sink = this.sideEffects.sink(`${name}-alerts`, { enabled });
    if (enabled) this.channels.set(sink, connect());
  }

  /** Begins to tell everybody. One that cannot be reached is counted, and keeps nobody from the others. */
  tell(notice: Notice): void {
    for (const [sink, send] of this.channels) sink.attempt((signal) => send(notice, signal));
  }
}
