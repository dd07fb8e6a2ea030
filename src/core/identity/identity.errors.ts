import { defineError, Violates } from '../errors/define-error.js';

@Violates('users_email_key')
export class EmailTaken extends defineError('conflict', 'EMAIL_TAKEN') {
  constructor() {
    super('An account with this e-mail address exists already.');
  }
}
