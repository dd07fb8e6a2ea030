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

@Violates('memberships_stay_out')
export class OrganizationClosed extends defineError('conflict', 'ORGANIZATION_CLOSED') {
  constructor() {
    super('This organization is closed.');
  }
}

@Violates('memberships_keep_owner')
export class LastOwner extends defineError('conflict', 'LAST_OWNER') {
  /** @param organizations those that would be left to others without an owner, if it is more than the one asked for */
  constructor(organizations: readonly { readonly id: string; readonly name: string }[] = []) {
    super('An organization keeps an owner: make somebody else one first, or close it.', {
      ...(organizations.length > 0 && { details: { organizations } }),
    });
  }
}

export class OwnSuspension extends defineError('conflict', 'OWN_SUSPENSION') {
  constructor() {
    super('Nobody can suspend themselves: another administrator can.');
  }
}
