import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AppError, STATUS } from '../errors/app-error.js';
import { HeadersTooLarge, MalformedRequest, RequestIncomplete } from '../errors/core.errors.js';
import { toProblem } from '../errors/problem.js';
import { requestIdOf } from './request-context.js';
import { SECURITY_HEADERS } from './security-headers.js';

type ServerOptions = NonNullable<Exclude<ConstructorParameters<typeof FastifyAdapter>[0], { server: unknown }>>;

const HEADERS_WITHIN_MS = 10_000;
const WHOLE_REQUEST_WITHIN_MS = 60_000;
// Node looks for slow clients this often: its default, 30 s, would keep one three times as long as it may stay.
const LOOK_FOR_SLOW_CLIENTS_MS = 1_000;
/** Where Socket.IO listens. */
const SOCKETS_PATH = '/socket.io/';
// Longer than the idle time of common balancers, so that they close first and never send into a closing connection.
const KEEP_ALIVE_MS = 72_000;

type Answer = (thrown: Error, request: FastifyRequest, reply: FastifyReply) => void;

/**
 * @param trustedProxies how many proxies of our own stand between a client and us
 * @param answer answers what the router refuses before any hook runs, such as a path that cannot be decoded
 */
export function serverOptions(trustedProxies: number, answer: Answer): ServerOptions {
  return {
    requestIdHeader: false,
    genReqId: requestIdOf,
    trustProxy: (_address: string, hop: number) => hop < trustedProxies,
    return503OnClosing: false,
    requestTimeout: WHOLE_REQUEST_WITHIN_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      headersTimeout: HEADERS_WITHIN_MS,
      connectionsCheckingInterval: LOOK_FOR_SLOW_CLIENTS_MS,
      // Refused by us, as everything else is.
      requireHostHeader: false,
      // Only sockets upgrade; whoever offers another protocol elsewhere is answered in this one.
      shouldUpgradeCallback: ({ url = '' }) => url.startsWith(SOCKETS_PATH),
    },
    frameworkErrors: answer as unknown as ServerOptions['frameworkErrors'],
    clientErrorHandler: answerNoise,
  };
}

/** What came in was not HTTP, or not whole: there is no request to answer, only a socket. */
function answerNoise({ code }: NodeJS.ErrnoException, socket: Socket): void {
  // Who has sent nothing waits for no answer, and would take this one for that to a request on its way.
  if (!socket.writable || socket.bytesRead === 0) return void socket.destroy();
  const error = errorOf(code);
  const status = STATUS[error.kind];
  const requestId = randomUUID();
  const body = JSON.stringify(toProblem(error, { instance: '/', requestId, showInternals: false }));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
    // Node leaves it to us, and a client that never closes its side would keep the socket for ever.
    () => socket.destroy(),
  );
}

function errorOf(code: string | undefined): AppError {
  if (code === 'HPE_HEADER_OVERFLOW') return new HeadersTooLarge();
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? new RequestIncomplete() : new MalformedRequest();
}
