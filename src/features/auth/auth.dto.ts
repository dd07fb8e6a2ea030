import { IsEmail, IsString, Length, MaxLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { Trimmed } from '../../core/http/fields.js';
import { Address, NewPassword, Normalized } from './password.dto.js';

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
