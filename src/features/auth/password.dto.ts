import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsEmail, IsString, Length, MaxLength, MinLength } from 'class-validator';
import { normalizeEmail } from '../../core/identity/users.service.js';
import { LinkToken } from './link.dto.js';

const LEAST = 15;
const MOST = 128;

/** As it is stored, before its length is checked: a text can be longer in lower case. */
export const Address = (): PropertyDecorator =>
  Transform(({ value }) => (typeof value === 'string' ? normalizeEmail(value) : (value as unknown)));

/** NIST SP 800-63B-4, 3.1.1.2: the same password in two Unicode spellings is the same password. */
export const Normalized = (): PropertyDecorator =>
  Transform(({ value }) => (typeof value === 'string' ? value.normalize('NFC') : (value as unknown)));

/** A password that somebody chooses. */
export const NewPassword = (): PropertyDecorator =>
  applyDecorators(
    Normalized(),
    ApiProperty({ minLength: LEAST, maxLength: MOST, example: 'a long sentence is best' }),
    IsString(),
    MinLength(LEAST),
    MaxLength(MOST),
  );

export class ForgottenPassword {
  @Address()
  @ApiProperty({ format: 'email', maxLength: 254, example: 'ada@example.org' })
  @IsEmail()
  @MaxLength(254)
  email: string;
}

export class ResetPassword extends LinkToken {
  /** At least 15 characters, of any kind */
  @NewPassword()
  password: string;
}

export class ChangePassword {
  @Normalized()
  @ApiProperty({ example: 'a long sentence is best' })
  @IsString()
  @Length(1, MOST)
  currentPassword: string;

  /** At least 15 characters, of any kind */
  @NewPassword()
  newPassword: string;
}
