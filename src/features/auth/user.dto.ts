import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { Trimmed } from '../../core/http/fields.js';
import type { User } from '../../core/identity/user.entity.js';

export class UserView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ format: 'email', maxLength: 254 })
  email: string;

  @ApiProperty({ maxLength: 100 })
  name: string;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;
}

export class UpdateUser {
  @Trimmed()
  @IsString()
  @Length(1, 100)
  name: string;
}

export const toUserView = ({ id, email, name, createdAt }: User): UserView => ({
  id,
  email,
  name,
  createdAt: createdAt.toISOString(),
});
