import { ApiProperty } from '@nestjs/swagger';
import { defineEvent } from '../../core/events/define-event.js';

export class DeviceUse {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  userId: string;

  @ApiProperty({ format: 'uuid', maxLength: 36 })
  sessionId: string;

  @ApiProperty({ maxLength: 300 })
  userAgent: string;
}

/** Somebody signed in with something that they had not used before. */
export const deviceAdded = defineEvent('session.device-added', DeviceUse, { public: false });
