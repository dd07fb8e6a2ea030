import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsInt, IsObject, Max, Min, ValidateNested } from 'class-validator';
import { IfPresent } from '../http/fields.js';

const MAX_VERSION = 2 ** 31 - 1;

/** How notifications reach me, beside the list of them. What concerns the safety of the account always comes. */
export class NotificationPreferences {
  /** By mail */
  email: boolean;

  /** As a text message */
  sms: boolean;

  /** Over the connections that are open */
  socket: boolean;
}

export class PreferencesView {
  /** One more with each change; 0 as long as nothing was chosen */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: MAX_VERSION })
  version: number;

  notifications: NotificationPreferences;
}

export class ChangeNotifications {
  @IfPresent()
  @IsBoolean()
  email?: boolean;

  @IfPresent()
  @IsBoolean()
  sms?: boolean;

  @IfPresent()
  @IsBoolean()
  socket?: boolean;
}

/** What is left out stays as it is. */
export class UpdatePreferences {
  /** The version that was read: if it is not the last any more, nothing is changed. Left out, the last change wins */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: MAX_VERSION })
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(MAX_VERSION)
  version?: number;

  @IfPresent()
  @IsObject()
  @ValidateNested()
  @Type(() => ChangeNotifications)
  notifications?: ChangeNotifications;
}
