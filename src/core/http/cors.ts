import type { NestFastifyApplication } from '@nestjs/platform-fastify';

type CorsOptions = NonNullable<Parameters<NestFastifyApplication['enableCors']>[0]>;

/** Grants the listed origins, letter by letter, what a browser asks for; tells anybody else nothing at all. */
export function corsFor(origins: readonly string[]): CorsOptions {
  const listed = new Set(origins);
  const granted: CorsOptions = {
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    credentials: true,
    exposedHeaders: ['x-request-id', 'retry-after', 'idempotent-replayed', 'ratelimit', 'ratelimit-policy'],
    maxAge: 600,
    // A preflight from elsewhere is an OPTIONS like any other.
    strictPreflight: false,
  };
  return {
    delegator: ({ headers: { origin } }, callback) => {
      callback(null, origin !== undefined && listed.has(origin) ? { ...granted, origin } : { origin: false });
    },
  };
}
