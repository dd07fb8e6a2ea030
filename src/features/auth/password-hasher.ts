import { availableParallelism } from 'node:os';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Algorithm, hash, type Options, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { authConfig, type AuthConfig } from './auth.config.js';

const PARAMETERS = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$/;

/** argon2id on the thread pool: never on the main thread, and never more at once than configured. */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly options: Options;
  private readonly limit: ReturnType<typeof pLimit>;
  private nobodysHash: string;

  constructor(@Inject(authConfig.KEY) config: AuthConfig) {
    this.options = {
      algorithm: 2 satisfies Algorithm.Argon2id,
      memoryCost: config.hashMemoryKib,
      timeCost: config.hashIterations,
      parallelism: 1,
      outputLen: 32,
    };
    // One processor is left to the event loop, which answers everybody who is not signing in.
    this.limit = pLimit(config.hashConcurrency || Math.max(1, availableParallelism() - 1));
  }

  async onModuleInit(): Promise<void> {
    this.nobodysHash = await this.hash('nobody signs in with this');
  }

  hash(password: string): Promise<string> {
    return this.limit(() => hash(password, this.options));
  }

  /** @param stored undefined for somebody who does not exist: it takes as long, and is never right */
  async matches(stored: string | undefined, password: string): Promise<boolean> {
    const right = await this.limit(() => verify(stored ?? this.nobodysHash, password));
    return right && stored !== undefined;
  }

  /** Whether the hash was made with less than the parameters of today. */
  isOutdated(stored: string): boolean {
    const [, memory, iterations] = PARAMETERS.exec(stored) ?? [];
    const { memoryCost = 0, timeCost = 0 } = this.options;
    return memory === undefined || Number(memory) < memoryCost || Number(iterations) < timeCost;
  }
}
