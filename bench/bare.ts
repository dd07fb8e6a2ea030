import { join } from 'node:path';
import { databaseUrl, POOL_SIZE } from './aerie.ts';
import { Server } from './server.ts';

/** @param userId whom it answers about */
export async function startBareFastify(userId = ''): Promise<Server> {
  return Server.start('bare-fastify', join(import.meta.dirname, 'bare-fastify.ts'), {
    NODE_ENV: 'production',
    DATABASE_URL: await databaseUrl(),
    POOL_SIZE,
    USER_ID: userId,
  });
}
