import Fastify from 'fastify';
import { randomUUID } from 'node:crypto';
import pg from 'pg';

interface SentEvent {
  readonly id: string;
  readonly type: string;
}

const { DATABASE_URL, POOL_SIZE, PORT, HOST } = process.env;
const INSERT = 'INSERT INTO webhook_inbox (id, provider, event_id, type, payload) VALUES ($1, $2, $3, $4, $5)';

/** Inserts the same row with nothing around it: no signature, no second transaction, no effect. */
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(POOL_SIZE) });
const app = Fastify();
app.get('/health/live', () => ({ status: 'up', timestamp: new Date().toISOString() }));
app.post<{ Body: SentEvent }>('/webhooks/bare', async ({ body }) => {
  await pool.query(INSERT, [randomUUID(), 'bare', body.id, body.type, JSON.stringify(body)]);
  return { outcome: 'stored' };
});
await app.listen({ port: Number(PORT), host: HOST ?? '' });
