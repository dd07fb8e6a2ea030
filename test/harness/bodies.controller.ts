import { Body, Controller, HttpCode, Module, Post, UploadedFiles } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { Public } from '../../src/core/access/access.decorators.js';
import { BodyLimit } from '../../src/core/http/body-limits.js';
import { Upload, type UploadedFile } from '../../src/core/http/upload.decorator.js';
import { Named } from './routes.dto.js';

export class Long {
  @IsString()
  @MaxLength(10_000_000)
  text: string;
}

export class Received {
  @ApiProperty({ maxLength: 100 })
  types: string;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 30_000_000 })
  bytes: number;
}

/** Routes that take bodies of every kind. */
@Controller('test/bodies')
@Public()
export class BodiesController {
  @Post('usual')
  @HttpCode(200)
  usual(@Body() { text }: Long): Named {
    return { name: String(text.length) };
  }

  @Post('long')
  @HttpCode(200)
  @BodyLimit('5mb')
  long(@Body() { text }: Long): Named {
    return { name: String(text.length) };
  }

  @Post('pictures')
  @HttpCode(200)
  @BodyLimit('2kb')
  @Upload({ files: 2, maxBytes: '5mb', types: ['image/png', 'image/jpeg'] })
  pictures(@UploadedFiles() files: UploadedFile[]): Received {
    return {
      types: files.map(({ mimetype }) => mimetype).join(),
      bytes: files.reduce((sum, { buffer }) => sum + buffer.length, 0),
    };
  }
}

@Module({ controllers: [BodiesController] })
export class BodyRoutesModule {}
