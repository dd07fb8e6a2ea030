import { Body, Controller, Module, Param, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Public } from '../../src/core/access/access.decorators.js';
import { Topic } from './routes.dto.js';

/** What no failure may carry away, wherever it got it from. */
export const CANARY_EMAIL = 'canary.person+tag@mail.example.org';

/** Routes whose failures know more of a person than they should. */
@Controller('test/failing')
@Public()
class FailingController {
  constructor(private readonly dataSource: DataSource) {}

  @Post('message/:name')
  message(@Param('name') name: string, @Body() { topic }: Topic): never {
    const cause = new Error(`no mailbox at ${CANARY_EMAIL}\n    at ${topic} (told by ${name})`);
    throw new Error(`cannot write to\n${topic}`, { cause });
  }

  @Post('statement')
  statement(@Body() { topic }: Topic): Promise<unknown> {
    return this.dataSource.query('SELECT $1::uuid, $2::text', [topic, `${topic} and more`]);
  }

  @Post('forgotten')
  forgotten(): void {
    void Promise.reject(new Error(`nobody waited for ${CANARY_EMAIL}`));
  }

  @Post('crash')
  crash(): void {
    setTimeout(() => {
      throw new Error(`nobody caught ${CANARY_EMAIL}`);
    }, 10);
  }
}

@Module({ controllers: [FailingController] })
export class FailingModule {}
