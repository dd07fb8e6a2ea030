import { ValidationFailed } from '../errors/core.errors.js';

/** The cursor was not made by this list. */
export const cursorInvalid = () =>
  new ValidationFailed([{ pointer: '#/cursor', code: 'cursor', detail: 'cursor was not issued by this list' }]);
