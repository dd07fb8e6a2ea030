import { once } from 'node:events';
import { connect } from 'node:net';
import { Controller, Module, type OnModuleInit, Post } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { freePort } from '../../scripts/port.js';
import { Public } from '../../src/core/access/access.decorators.js';
import { OptionalInitializers } from '../../src/core/side-effects/optional-initializers.js';
import { SideEffects } from '../../src/core/side-effects/side-effects.js';
import type { Sink } from '../../src/core/side-effects/sink.js';

class Called {
  @ApiProperty({ type: [String], maxItems: 10 })
  called: string[];
}

/** Routes whose side effects go where nobody listens. */
@Controller('test/side-effects')
@Public()
class SideEffectsController implements OnModuleInit {
  private readonly called: string[] = [];
  private sinks: Record<'pager' | 'fax' | 'telex', Sink>;
  private closedPort: number;

  constructor(
    private readonly sideEffects: SideEffects,
    private readonly initializers: OptionalInitializers,
  ) {}

  async onModuleInit(): Promise<void> {
    this.closedPort = await freePort();
    const sink = (name: string) => this.sideEffects.sink(name);
    this.sinks = { pager: sink('pager'), fax: sink('fax'), telex: sink('telex') };
    this.initializers.register('teapot', () => Promise.reject(new Error('no water')));
    this.initializers.register('kettle', () => Promise.resolve(this.called.push('kettle')));
  }

  @Post('fails')
  fails(): void {
    this.sinks.pager.attempt(() => this.page());
  }

  @Post('succeeds')
  succeeds(): void {
    this.sinks.pager.attempt(() => Promise.resolve());
  }

  @Post('never-ends')
  neverEnds(): void {
    this.sinks.telex.attempt((signal) => once(signal, 'abort'));
  }

  /** Tells three, of whom the first cannot be reached */
  @Post('all')
  async all(): Promise<Called> {
    const { pager, fax, telex } = this.sinks;
    const tell = (name: string) => () => Promise.resolve(this.called.push(name));
    await this.sideEffects.all([
      [pager, () => this.page()],
      [fax, tell('fax')],
      [telex, tell('telex')],
    ]);
    return { called: this.called };
  }

  private async page(): Promise<void> {
    await once(connect(this.closedPort, '127.0.0.1'), 'connect');
  }
}

@Module({ controllers: [SideEffectsController] })
export class SideEffectRoutesModule {}
