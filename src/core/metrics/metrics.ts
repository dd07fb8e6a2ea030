import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { observeProcess, processRegistry } from './process-metrics.js';

type Values = Iterable<readonly [string, number]>;

/** Names and labels are public, as error codes are. Labels are few and bounded: never an id, an address or a path. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  constructor() {
    observeProcess();
  }

  counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** @param read gives the value at the time of the scrape */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** The same for several things of a kind. @param read gives the value of each, by the value of its label */
  gauges(name: string, help: string, label: string, read: () => Values | Promise<Values>): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      async collect() {
        const values = await read();
        this.reset();
        for (const [value, measured] of values) this.set({ [label]: value }, measured);
      },
    });
  }

  /** @param buckets upper bounds, in the base unit of the name (seconds, bytes) */
  histogram<L extends string>(name: string, help: string, labelNames: readonly L[], buckets: number[]): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }

  /** Everything, in Prometheus' text format. */
  async read(): Promise<string> {
    return `${await processRegistry.metrics()}${await this.registry.metrics()}`;
  }
}
