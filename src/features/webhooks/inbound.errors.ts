import { defineError } from '../../core/errors/define-error.js';

export class EventDone extends defineError('conflict', 'WEBHOOK_EVENT_DONE') {
  constructor() {
    super('The event is processed already: what it asked for was done once, and is not done again.');
  }
}
