import { defineError, Violates } from '../../core/errors/define-error.js';

@Violates('invitations_organization_id_email_key')
@Violates('invitations_token_hash_key')
export class AlreadyInvited extends defineError('conflict', 'ALREADY_INVITED') {
  constructor() {
    super('Somebody invited this address at the same moment.');
  }
}
