import { Controller, Get, Module, Param } from '@nestjs/common';
import { ApiProduces } from '@nestjs/swagger';
import { Public } from '../../src/core/access/access.decorators.js';

@Controller('twins')
@Public()
@ApiProduces('text/plain')
export class FirstController {
  @Get('same')
  same(): string {
    return 'first';
  }
}

@Controller('twins')
@Public()
@ApiProduces('text/plain')
export class SecondController {
  @Get('same')
  again(): string {
    return 'second';
  }
}

@Controller('twins')
@Public()
@ApiProduces('text/plain')
export class ById {
  @Get(':id')
  read(@Param('id') id: string): string {
    return id;
  }

  @Get('me')
  me(): string {
    return 'me';
  }
}

@Controller('twins')
@Public()
@ApiProduces('text/plain')
export class ByName {
  @Get(':name')
  find(@Param('name') name: string): string {
    return name;
  }
}

@Module({ controllers: [FirstController, SecondController] })
export class TwinRoutesModule {}
