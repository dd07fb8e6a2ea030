import type { PinoLogger } from 'nestjs-pino';
import type { Signal } from './signal-log.js';

const MOST_SENDERS = 1_000;

export type Hear = (payload: string) => void;

/** Who hears what in this instance, each signal once. */
export class Listeners {
  private readonly channels = new Map<string, Hear[]>();
  private readonly forgetful: (() => void)[] = [];
  /** The last number of each sender, least recent first */
  private readonly heard = new Map<string, number>();

  constructor(private readonly logger: PinoLogger) {}

  on(channel: string, hear: Hear): void {
    this.channels.set(channel, [...(this.channels.get(channel) ?? []), hear]);
  }

  onGap(listener: () => void): void {
    this.forgetful.push(listener);
  }

  /** Whoever was not told that a signal is written writes it again: then it comes twice. */
  hear({ sender, number, channel, payload }: Signal): void {
    if (number <= (this.heard.get(sender) ?? 0)) return;
    this.remember(sender, number);
    for (const hear of this.channels.get(channel) ?? []) this.guard(channel, () => hear(payload));
  }

  forget(): void {
    for (const listener of this.forgetful) this.guard('gap', listener);
  }

  private remember(sender: string, number: number): void {
    this.heard.delete(sender);
    this.heard.set(sender, number);
    const [oldest = ''] = this.heard.keys();
    if (this.heard.size > MOST_SENDERS) this.heard.delete(oldest);
  }

  private guard(channel: string, hear: () => void): void {
    try {
      hear();
    } catch (err) {
      this.logger.error({ err, channel }, 'a listener failed');
    }
  }
}
