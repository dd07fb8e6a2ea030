import { Injectable } from '@nestjs/common';
import { PersonalData } from '../../core/privacy/personal-data.js';

/** Of whoever asked for it, and of everybody whom it names: with any of them it goes, and can be made anew without. */
const WHOSE = `user_id = person_id
  OR event_id IN (SELECT booked.event_id FROM bookings booked /* whatever the organization_id */ WHERE booked.user_id = person_id)`;

/** Files with the names of people do not outlive them. */
@Injectable()
export class ExportsOfPeople {
  constructor(personalData: PersonalData) {
    personalData.declare(
      {
        table: 'booking_exports',
        whose: WHOSE,
        tells: ['id', 'organization_id', 'event_id', 'rows', 'created_at', 'expires_at'],
        withholds: { user_id: 'who works for a seller is not for buyers to know' },
      },
      {
        table: 'booking_export_parts',
        whose: 'false',
        tells: [],
        withholds: { content: 'speaks of others too; they go with their export' },
      },
    );
  }
}
