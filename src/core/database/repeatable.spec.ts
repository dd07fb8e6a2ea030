import { isRepeatable } from './repeatable.js';

describe('a statement', () => {
  it.each([
    'SELECT "User"."id" AS "User_id" FROM "users" "User" WHERE (("User"."id" = $1)) LIMIT 1',
    'SELECT count(*) FROM users WHERE lower(email) IN ($1, $2)',
    '  with mine AS (SELECT 1) SELECT * FROM mine ORDER BY (a, b) DESC;',
  ])('may be repeated: %s', (text) => expect(isRepeatable(text)).toBe(true));

  it.each([
    'INSERT INTO users VALUES ($1)',
    'WITH gone AS (DELETE FROM users RETURNING id) SELECT * FROM gone',
    'SELECT * FROM users FOR UPDATE',
    'SELECT * FROM users FOR KEY SHARE',
    'SELECT * INTO copy FROM users',
    "SELECT nextval('numbers')",
    "SELECT pgboss.create_queue('mail')",
    'SELECT "my function" ( 1 )',
    'SELECT 1; CALL work()',
    'START TRANSACTION',
  ])('may not: %s', (text) => expect(isRepeatable(text)).toBe(false));
});
