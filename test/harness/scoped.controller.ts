import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import { Public, RequiresRole } from '../../src/core/access/access.decorators.js';
import { WriteTestNote } from './note.dto.js';
import { Named } from './routes.dto.js';

/** Routes that take no statement, so that what is left is who asks: `scoped:read` and `scoped:write`. */
@Controller('scoped')
@RequiresRole('member')
export class ScopedController {
  @Get()
  read(): Named {
    return { name: 'something' };
  }

  /** The same, for everybody */
  @Get('open')
  @Public()
  open(): Named {
    return this.read();
  }

  @Post()
  @HttpCode(200)
  write(@Body() { text }: WriteTestNote): Named {
    return { name: text };
  }
}

@Module({ controllers: [ScopedController] })
export class ScopedModule {}
