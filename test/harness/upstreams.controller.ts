import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import { IsString, MaxLength } from 'class-validator';
import { DataSource } from 'typeorm';
import { Public } from '../../src/core/access/access.decorators.js';
import { Throws } from '../../src/core/http/openapi.js';
import { Outbound } from '../../src/core/outbound/outbound.js';
import { type Upstream, UPSTREAM_ERRORS } from '../../src/core/outbound/upstream.js';
import { Named, Topic } from './routes.dto.js';

export class Rate {
  @IsString()
  @MaxLength(100)
  name: string;
}

/** Routes that need somebody else. */
@Controller('test/upstream')
@Public()
class UpstreamsController {
  private readonly rates: Upstream;
  private readonly brisk: Upstream;

  constructor(
    outbound: Outbound,
    private readonly dataSource: DataSource,
  ) {
    const url = process.env.TEST_UPSTREAM_URL;
    const headers = { authorization: 'Bearer canary-credential' };
    this.rates = outbound.upstream('rates', { url, headers });
    this.brisk = outbound.upstream('brisk', {
      url,
      timeoutMs: 500,
      attempts: 1,
      breaker: { calls: 10, restMs: 2_000 },
    });
  }

  /** Asks with a GET, again and again if need be */
  @Get('rates')
  @Throws(...UPSTREAM_ERRORS)
  async latest(): Promise<Named> {
    const answer = await this.rates.request({ method: 'GET', path: '/latest', query: { base: 'canary-query' } });
    return answer.ok ? answer.json(Rate) : { name: `refused with ${answer.status}` };
  }

  /** Asks once, and not for long */
  @Get('brisk')
  @Throws(...UPSTREAM_ERRORS)
  async once(): Promise<Named> {
    return (await this.brisk.request({ method: 'GET', path: '/latest' })).json(Rate);
  }

  @Post('orders')
  @HttpCode(200)
  @Throws(...UPSTREAM_ERRORS)
  async order(): Promise<Named> {
    return (await this.rates.request({ method: 'POST', path: '/orders', body: { price: 1 } })).json(Rate);
  }

  @Post('topics')
  @HttpCode(200)
  @Throws(...UPSTREAM_ERRORS)
  async search(@Body() { topic }: Topic): Promise<Named> {
    return (await this.rates.request({ method: 'GET', path: '/topics', query: { topic } })).json(Rate);
  }

  /** Waits for the upstream and for the database */
  @Get('both')
  @Throws(...UPSTREAM_ERRORS)
  async both(): Promise<Named> {
    const asked = this.rates.request({ method: 'GET', path: '/latest' });
    const [answer] = await Promise.all([asked, this.dataSource.query('SELECT pg_sleep(60)')]);
    return answer.json(Rate);
  }
}

@Module({ controllers: [UpstreamsController] })
export class UpstreamRoutesModule {}
