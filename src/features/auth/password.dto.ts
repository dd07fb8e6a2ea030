import { ApiProperty } from '@nestjs/swagger';
import { IsEmail, IsString, Length, MaxLength } from 'class-validator';
import { Address, NewPassword, Normalized } from './auth.dto.js';
import { LinkToken } from './link.dto.js';

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
  @Length(1, 128)
  currentPassword: string;

  /** At least 15 characters, of any kind */
  @NewPassword()
  newPassword: string;
}
