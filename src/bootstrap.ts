import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { validateConfiguration } from './core/config/define-config.js';
import { limitBodies } from './core/http/body-limits.js';
import { Arrival } from './core/http/arrival.js';
import { closeWithoutLoss } from './core/http/closing.js';
import { compressAnswers } from './core/http/compression.js';
import { corsFor } from './core/http/cors.js';
import { refuseCredentialsInUrls } from './core/http/credentials-in-url.js';
import { httpConfig, type HttpConfig } from './core/http/http.config.js';
import { answerUnknownRoutes } from './core/http/method-not-allowed.js';
import { describeApi } from './core/http/openapi.js';
import { keepRawBodies } from './core/http/raw-body.js';
import { serverOptions } from './core/http/server-options.js';
import { demandUniqueRoutes } from './core/http/unique-routes.js';
import { VERSIONING } from './core/http/versioning.js';
import { announceReplays } from './core/idempotency/replays.js';
import { QuietLogger } from './core/logging/quiet-logger.js';
import { openSockets } from './core/realtime/open-sockets.js';
import { limitAddresses } from './core/throttling/address-limit.js';
import { RateLimits } from './core/throttling/rate-limits.js';
import { throttlingConfig } from './core/throttling/throttling.config.js';

@Module({})
class Root {}

/**
 * Makes the whole application, ready to listen: what `main` serves is what the tests speak to.
 * @param extra modules beside the application's own; tests bring routes of theirs
 */
export async function createApp(extra: (Type | DynamicModule)[] = []): Promise<NestFastifyApplication> {
  validateConfiguration();
  const config = httpConfig();
  const adapter = new FastifyAdapter(
    serverOptions(throttlingConfig().trustProxy, (...refused) => app.get(Arrival).refuse(...refused)),
  );
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: Root, imports: [AppModule, ...extra] },
    adapter,
    // What fails before the logger is there is thrown, and told once by whoever called.
    { logger: false, abortOnError: false },
  );
  app.useLogger(app.get(QuietLogger));
  app.get(Arrival).hookInto(app.getHttpAdapter() as FastifyAdapter);
  try {
    configureHttp(app, config);
    await app.init();
    return app;
  } catch (thrown) {
    // What was opened already, such as the socket server, would keep a process that nobody serves from ending.
    await app.close().catch(() => undefined);
    throw thrown;
  }
}

function configureHttp(app: NestFastifyApplication, config: HttpConfig): void {
  const server = app.getHttpAdapter().getInstance();
  // First, while handlers still have the names that Nest gave them.
  demandUniqueRoutes(server);
  openSockets(app);
  closeWithoutLoss(app);
  limitAddresses(server, app.get(RateLimits));
  compressAnswers(server);
  refuseCredentialsInUrls(server);
  answerUnknownRoutes(server);
  announceReplays(server);
  limitBodies(server, config.bodyLimit);
  keepRawBodies(app);
  app.enableVersioning(VERSIONING);
  app.enableCors(corsFor(config.origins));
  if (config.docsEnabled) {
    SwaggerModule.setup('docs', app, () => describeApi(app), { jsonDocumentUrl: 'openapi.json', raw: ['json'] });
  }
}
