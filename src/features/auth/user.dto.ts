import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsString, Length, MaxLength, ValidateIf } from 'class-validator';
import { IfPresent, Trimmed } from '../../core/http/fields.js';
import type { User } from '../../core/identity/user.entity.js';
import { Address, Normalized } from './auth.dto.js';

export class UserView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ format: 'email', maxLength: 254 })
  email: string;

  /** Whether they have proven that the address is theirs */
  emailVerified: boolean;

  @ApiProperty({ maxLength: 100 })
  name: string;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;
}

/** What is left out stays as it is. */
export class UpdateUser {
  @IfPresent()
  @Trimmed()
  @IsString()
  @Length(1, 100)
  name?: string;

  /** A link is mailed there to verify it, and a notice to the one before */
  @IfPresent()
  @Address()
  @ApiPropertyOptional({ format: 'email', maxLength: 254, example: 'ada@example.org' })
  @IsEmail()
  @MaxLength(254)
  email?: string;

  /** To be said with another e-mail address */
  @ValidateIf(({ email, currentPassword }: UpdateUser) => email !== undefined || currentPassword !== undefined)
  @Normalized()
  @ApiPropertyOptional({ example: 'a long sentence is best' })
  @IsString()
  @Length(1, 128)
  currentPassword?: string;
}

export const toUserView = ({ id, email, emailVerifiedAt, name, createdAt }: User): UserView => ({
  id,
  email,
  emailVerified: emailVerifiedAt !== null,
  name,
  createdAt: createdAt.toISOString(),
});
