import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { COMPILED, compile } from './compile.mjs';
import { startTestServer } from './test-server.mjs';

/** Once a run: compile, start a server unless DATABASE_URL names one, and make the template that tests clone. */
export default async function setUp() {
  compile();
  const server = await startTestServer();
  globalThis.__testServer = server;
  process.env.TEST_SERVER_URL = server.url;
  process.env.TEST_TEMPLATE = server.template;
  process.env.NODE_ENV = 'test';
  process.env.DATABASE_URL = server.databaseUrl(server.template);
  const { migrate } = await import(pathToFileURL(join(COMPILED, 'src', 'migrate.js')).href);
  await migrate();
  delete process.env.DATABASE_URL;
}
