import { defineError } from '../errors/define-error.js';

export class TooManyRooms extends defineError('conflict', 'TOO_MANY_ROOMS') {
  constructor(most: number) {
    super(`A socket hears of at most ${most} rooms: leave one.`, { details: { most } });
  }
}
