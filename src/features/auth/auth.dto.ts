import { Transform } from 'class-transformer';
import { IsEmail, IsString, Length, MaxLength, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { Trimmed } from '../../core/http/fields.js';
import { normalizeEmail } from '../../core/identity/users.service.js';

// As it is stored, before its length is checked: a text can be longer in lower case.
const address = Transform(({ value }) => (typeof value === 'string' ? normalizeEmail(value) : (value as unknown)));
// NIST SP 800-63B-4, 3.1.1.2: the same password in two Unicode spellings is the same password.
const normalized = Transform(({ value }) => (typeof value === 'string' ? value.normalize('NFC') : (value as unknown)));

export class RegisterRequest {
  @address
  @ApiProperty({ format: 'email', maxLength: 254, example: 'ada@example.org' })
  @IsEmail()
  @MaxLength(254)
  email: string;

  /** At least 15 characters, of any kind */
  @normalized
  @ApiProperty({ example: 'a long sentence is best' })
  @IsString()
  @MinLength(15)
  @MaxLength(128)
  password: string;

  @Trimmed()
  @ApiProperty({ example: 'Ada Lovelace' })
  @IsString()
  @Length(1, 100)
  name: string;
}

export class LoginRequest {
  @address
  @ApiProperty({ maxLength: 254, example: 'ada@example.org' })
  @IsString()
  @Length(1, 254)
  email: string;

  @normalized
  @ApiProperty({ example: 'a long sentence is best' })
  @IsString()
  @Length(1, 128)
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
