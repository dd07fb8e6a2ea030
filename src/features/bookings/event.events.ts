import { defineEvent } from '../../core/events/define-event.js';
import { EventSummary } from './event.dto.js';

export const eventPublished = defineEvent('event.published', EventSummary, { public: true });
export const eventCancelled = defineEvent('event.cancelled', EventSummary, { public: true });
