import { isRepeatable } from './repeatable.js';

describe('a statement', () => {
  it.each([
    'SELECT "User"."id" AS "User_id" FROM "users" "User" WHERE (("User"."id" = $1)) LIMIT 1',
    'SELECT count(*) FROM users WHERE lower(email) IN ($1, $2)',
    'SELECT id FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, place) LEFT JOIN LATERAL (SELECT 1) one ON true',
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
    'SELECT id AS "of" ,lost(1)',
    'SELECT has(1) FROM seats AS has (taken)',
    'SELECT 1; CALL work()',
    'START TRANSACTION',
  ])('may not: %s', (text) => expect(isRepeatable(text)).toBe(false));
});
