import { Controller, Delete, Get, Header, HttpCode, Module, StreamableFile } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Public } from '../../src/core/access/access.decorators.js';
import { Conflict } from '../../src/core/errors/core.errors.js';
import { Throws } from '../../src/core/http/openapi.js';

const ROW = JSON.stringify({ id: '01890000-0000-7000-8000-000000000001', name: 'Somebody', role: 'owner' });

export class Filled {
  @ApiProperty({ maxLength: 100_000 })
  text: string;
}

/** Routes whose answers are long and short, whole and in pieces. */
@Controller('test/answers')
@Public()
export class AnswersController {
  @Get('long')
  long(): Filled {
    return { text: ROW.repeat(500) };
  }

  @Get('short')
  short(): Filled {
    return { text: 'x'.repeat(180) };
  }

  @Get('stream')
  stream(): StreamableFile {
    return new StreamableFile(Readable.from(Array.from({ length: 500 }, () => Buffer.from(ROW))), {
      type: 'application/json',
    });
  }

  /** Takes a second and a half, and then no end. */
  @Get('slow-stream')
  slowStream(): StreamableFile {
    return new StreamableFile(Readable.from(slowly()), { type: 'application/json' });
  }

  @Get('picture')
  @Header('content-type', 'image/png')
  picture(): StreamableFile {
    return new StreamableFile(Buffer.alloc(50_000), { type: 'image/png' });
  }

  @Get('problem')
  @Throws(Conflict)
  problem(): never {
    throw Object.assign(new Conflict(), { details: { text: ROW.repeat(20) } });
  }

  @Delete()
  @HttpCode(204)
  nothing(): void {}
}

async function* slowly(): AsyncGenerator<string> {
  for (let piece = 0; piece < 15; piece++) {
    yield `${piece}\n`;
    await sleep(100);
  }
  await sleep(60_000, undefined, { ref: false });
}

@Module({ controllers: [AnswersController] })
export class AnswerRoutesModule {}
