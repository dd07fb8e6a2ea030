import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';

export class WorkQuery {
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  @ApiProperty({ type: 'integer' })
  limit: number;
}

export class Topic {
  @IsString()
  @MaxLength(500)
  topic: string;
}

export class Named {
  @ApiProperty({ maxLength: 100 })
  name: string;
}

export class SessionSettings {
  @ApiProperty({ maxLength: 20 })
  timeout: string;

  /** Whether the connection to the database is encrypted */
  ssl: boolean;
}

export class EventLoopLag {
  @ApiProperty({ minimum: 0, maximum: 1e6 })
  p99Ms: number;
}

export class HeapUse {
  @ApiProperty({ minimum: 0, maximum: 1e12 })
  usedBytes: number;
}
