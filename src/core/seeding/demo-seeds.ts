import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { type Tx, Transactions } from '../database/transactions.js';
import { seedingConfig, type SeedingConfig } from './seeding.config.js';

// Any number will do that is not another lock's.
const SEED_LOCK = 4_213_777;

export interface DemoSeed {
  /** Adds demo data unless it is there already. */
  readonly plant: (tx: Tx) => Promise<void>;
  /** What a newcomer may want to try, one line each, told when the application is up. */
  readonly hints: readonly string[];
}

/** The port through which features offer something to look at on the first start. */
@Injectable()
export class DemoSeeds {
  private readonly seeds: DemoSeed[] = [];

  constructor(
    @Inject(seedingConfig.KEY) private readonly config: SeedingConfig,
    private readonly transactions: Transactions,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(DemoSeeds.name);
  }

  register(seed: DemoSeed): void {
    this.seeds.push(seed);
  }

  get hints(): string[] {
    return this.config.demoSeed ? this.seeds.flatMap((seed) => seed.hints) : [];
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.demoSeed) return;
    for (const seed of this.seeds) await this.transactions.run((tx) => this.plant(tx, seed));
    this.logger.info({ seeds: this.seeds.length }, 'demo data is in place');
  }

  /** Of instances that start at the same time one plants, and the others find it planted. */
  private async plant(tx: Tx, seed: DemoSeed): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [SEED_LOCK]);
    await seed.plant(tx);
  }
}
