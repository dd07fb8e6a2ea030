import { PinoLogger } from 'nestjs-pino';
import { ProcessLifecycle } from './core/lifecycle/process-lifecycle.js';
import { refuseStart } from './core/lifecycle/refuse-start.js';

/** The process, exported for the scripts of development, which run it inside of theirs. */
export const lifecycle = new ProcessLifecycle().watch();
export const app = await start().catch(refuseStart);

async function start() {
  // Only now, so that nothing can fail before somebody watches.
  const { createApp } = await import('./bootstrap.js');
  const { httpConfig } = await import('./core/http/http.config.js');
  const created = await createApp();
  lifecycle.serve(created, PinoLogger.root);
  const { port, host } = httpConfig();
  await created.listen(port, host);
  return created;
}
