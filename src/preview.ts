import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { describeApi } from './core/http/openapi.js';
import { VERSIONING } from './core/http/versioning.js';

/** Describes the API without starting anything: no provider is made, no database asked. */
export async function previewApi(): Promise<OpenAPIObject> {
  const app = await NestFactory.create(AppModule, new FastifyAdapter(), {
    preview: true,
    abortOnError: false,
    logger: false,
  });
  app.enableVersioning(VERSIONING);
  return describeApi(app);
}
