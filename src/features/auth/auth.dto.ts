import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsEmail, IsString, Length, MaxLength, MinLength } from 'class-validator';
import { Trimmed } from '../../core/http/fields.js';
import { normalizeEmail } from '../../core/identity/users.service.js';

const LEAST = 15;
const MOST = 128;

/** An e-mail address as it is stored, before its length is checked: a text can be longer in lower case. */
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

export class RegisterRequest {
  @Address()
  @ApiProperty({ format: 'email', maxLength: 254, example: 'ada@example.org' })
  @IsEmail()
  @MaxLength(254)
  email: string;

  /** At least 15 characters, of any kind */
  @NewPassword()
  password: string;

  @Trimmed()
  @ApiProperty({ example: 'Ada Lovelace' })
  @IsString()
  @Length(1, 100)
  name: string;
}

export class LoginRequest {
  @Address()
  @ApiProperty({ maxLength: 254, example: 'ada@example.org' })
  @IsString()
  @Length(1, 254)
  email: string;

  @Normalized()
  @ApiProperty({ example: 'a long sentence is best' })
  @IsString()
  @Length(1, MOST)
  password: string;
}

export class RefreshRequest {
  @IsString()
  @Length(1, 100)
  refreshToken: string;
}

export class TokenPair {
  /** JWT for the Authorization header */
  @ApiProperty({ maxLength: 4000 })
  accessToken: string;

  /** Opaque, for one use */
  @ApiProperty({ maxLength: 100 })
  refreshToken: string;

  /** Seconds until the access token expires */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 3600 })
  expiresIn: number;
}
