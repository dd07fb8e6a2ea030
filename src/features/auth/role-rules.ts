import { hasRole, type Role } from '../../core/access/actor.js';

/** Whether somebody may give a role away, or take it: admins and owners, and none above their own. */
export function mayGrant(mine: Role, role: Role): boolean {
  return hasRole({ role: mine }, 'admin') && hasRole({ role: mine }, role);
}

/** Whether somebody may make `to` of what is `from`: an admin neither makes owners nor touches them. */
export function mayChange(mine: Role, from: Role, to: Role): boolean {
  return mayGrant(mine, from) && mayGrant(mine, to);
}
