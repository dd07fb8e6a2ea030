import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { UnsupportedMediaType } from '../errors/core.errors.js';
import { extendRouteConfig } from './route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body stays what it was when it came */
    rawBody?: boolean;
  }
}

const JSON_TYPE = 'application/json';
const OTHER_JSON = /^application\/[\w.-]+\+json\b/i;

/** Leaves the body of this route as it came, for a signature over its bytes: nobody has parsed it, and no DTO sees it. */
export const KeepsRawBody = (): MethodDecorator => extendRouteConfig({ rawBody: true });

/** The bytes of the body, on a route that keeps them; none if there was no body. */
export const RawBytes = createParamDecorator((_: unknown, context: ExecutionContext): Buffer => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (!Buffer.isBuffer(body)) throw new UnsupportedMediaType();
  return body;
});

/** Reads JSON as ever, but on routes that keep its bytes, which also take what is called JSON in other ways. */
export function keepRawBodies(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  const { bodyLimit } = server.initialConfig;
  const parse = server.getDefaultJsonParser('error', 'error');
  app.useBodyParser(JSON_TYPE, { bodyLimit }, (request, body, done) => {
    if (keeps(request)) done(null, body);
    else void parse(request as FastifyRequest, body as unknown as string, done);
  });
  app.useBodyParser(OTHER_JSON, { bodyLimit }, (request, body, done) =>
    keeps(request) ? done(null, body) : done(new UnsupportedMediaType()),
  );
}

const keeps = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): boolean => routeOptions.config.rawBody === true;
