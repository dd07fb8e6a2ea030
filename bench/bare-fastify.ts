import Fastify from 'fastify';
import pg from 'pg';

interface Row {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly created_at: Date;
}

const { DATABASE_URL, POOL_SIZE, USER_ID, PORT, HOST } = process.env;
const FIND = 'SELECT id, email, name, created_at FROM users WHERE id = $1';

/** The same answers with nothing around them: what Node.js, Fastify and PostgreSQL take in any case. */
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(POOL_SIZE) });
const app = Fastify();
app.get('/health/live', () => ({ status: 'up', timestamp: new Date().toISOString() }));
app.get('/v1/users/me', async () => {
  const { rows } = await pool.query<Row>(FIND, [USER_ID]);
  const [row] = rows;
  return row && { id: row.id, email: row.email, name: row.name, createdAt: row.created_at.toISOString() };
});
await app.listen({ port: Number(PORT), host: HOST ?? '' });
