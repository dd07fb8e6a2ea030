import { defineError } from '../../core/errors/define-error.js';

export class EventNotDraft extends defineError('conflict', 'EVENT_NOT_DRAFT') {
  constructor() {
    super('The event is published or cancelled: its seats stay as they were sold.');
  }
}

export class EventCancelled extends defineError('conflict', 'EVENT_CANCELLED') {
  constructor() {
    super('The event is cancelled.');
  }
}

export class EventStarted extends defineError('conflict', 'EVENT_STARTED') {
  constructor() {
    super('The event has started.');
  }
}

export class EventNotOnSale extends defineError('conflict', 'EVENT_NOT_ON_SALE') {
  constructor() {
    super('The event sells no seats: it is not published, cancelled, or has started.');
  }
}
