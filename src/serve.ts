import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PinoLogger } from 'nestjs-pino';
import type { ProcessLifecycle } from './core/lifecycle/process-lifecycle.js';
import { refuseStart } from './core/lifecycle/refuse-start.js';

/** Starts the application in this process, or ends the process with the reason on standard error. */
export async function serve(
  lifecycle: ProcessLifecycle,
  extra: (Type | DynamicModule)[] = [],
): Promise<NestFastifyApplication> {
  try {
    // Only now, when somebody watches the process, is anything loaded that could fail.
    const { createApp } = await import('./bootstrap.js');
    const { httpConfig } = await import('./core/http/http.config.js');
    const app = await createApp(extra);
    lifecycle.serve(app, PinoLogger.root);
    const { port, host } = httpConfig();
    await app.listen(port, host);
    return app;
  } catch (thrown) {
    return refuseStart(thrown);
  }
}
