import { defineError, Violates } from '../errors/define-error.js';

@Violates('users_email_key')
export class EmailTaken extends defineError('conflict', 'EMAIL_TAKEN') {
  constructor() {
    super('An account with this e-mail address exists already.');
  }
}

@Violates('memberships_pkey')
export class AlreadyMember extends defineError('conflict', 'ALREADY_MEMBER') {
  constructor() {
    super('They belong to this organization already.');
  }
}

@Violates('memberships_keep_owner')
export class LastOwner extends defineError('conflict', 'LAST_OWNER') {
  constructor() {
    super('An organization keeps an owner: make somebody else one first, or close it.');
  }
}
