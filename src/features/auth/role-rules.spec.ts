import { ROLES } from '../../core/access/actor.js';
import { mayChange, mayGrant } from './role-rules.js';

describe('a role', () => {
  it.each([
    ['viewer', []],
    ['member', []],
    ['admin', ['viewer', 'member', 'admin']],
    ['owner', ['viewer', 'member', 'admin', 'owner']],
  ] as const)('is given by a %s if it is one of %j', (mine, granted) => {
    expect(ROLES.filter((role) => mayGrant(mine, role))).toEqual(granted);
  });

  it('is changed by whoever may give both, what it was and what it becomes', () => {
    const changes = (mine: 'admin' | 'owner') =>
      ROLES.flatMap((from) => ROLES.filter((to) => mayChange(mine, from, to)).map((to) => `${from} ${to}`));
    expect(changes('owner')).toHaveLength(16);
    expect(changes('admin')).toHaveLength(9);
    expect(changes('admin').join()).not.toContain('owner');
  });
});
