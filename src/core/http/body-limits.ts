import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { toBytes } from '../config/byte-size.js';
import { LengthRequired, PayloadTooLarge, UnsupportedMediaType } from '../errors/core.errors.js';
import { MAX_BODY } from './http.config.js';
import { extendRouteConfig } from './route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Most that a JSON or form body may hold, in bytes */
    bodyLimit?: number;
    /** Says that the route takes files: how much the whole request may hold, in bytes */
    uploadLimit?: number;
  }
}

// What is so little is on its way already, and its connection is worth more.
const WORTH_READING_BYTES = 65_536;
// How long a client that still sends has to read the answer.
const LINGER_MS = 2_000;

/** A limit of this route's own for JSON and form bodies, such as `5mb`, at most 10 MB. */
export const BodyLimit = (size: string): MethodDecorator => extendRouteConfig({ bodyLimit: limitOf(size) });

/** @returns bytes. @throws Error at the start, if no route may read that much */
export function limitOf(size: string): number {
  const bytes = toBytes(size);
  if (bytes === undefined || bytes > (toBytes(MAX_BODY) ?? 0))
    throw new Error(`${size} is no limit up to ${MAX_BODY}.`);
  return bytes;
}

/** Gives each route its limit, and lets nobody but the routes that take files read a multipart body. */
export function limitBodies(server: FastifyInstance, defaultBytes: number): void {
  // Fastify reads it unless told otherwise, and no route takes it.
  server.removeContentTypeParser('text/plain');
  server.addHook('onRoute', (route) => {
    route.bodyLimit = route.config?.bodyLimit ?? defaultBytes;
  });
  server.addHook('onRequest', (request, reply, done) => {
    const fault = faultOf(request, defaultBytes);
    if (fault !== undefined) {
      void reply.header('connection', 'close');
      closeGently(request.raw);
    }
    done(fault);
  });
  server.addHook('preParsing', (request, _reply, payload, done) => {
    // Whether it is too much, the parser finds out while it reads.
    if (request.headers['transfer-encoding'] !== undefined) closeGently(request.raw);
    done(null, payload);
  });
}

function faultOf({ headers, routeOptions }: FastifyRequest, defaultBytes: number): Error | undefined {
  const type = headers['content-type'];
  const isMultipart = type !== undefined && /^multipart\//i.test(type);
  const { uploadLimit, bodyLimit = defaultBytes } = routeOptions.config;
  if (isMultipart !== (uploadLimit !== undefined)) return new UnsupportedMediaType();
  if (isMultipart && headers['content-length'] === undefined) return new LengthRequired();
  return Number(headers['content-length'] ?? 0) > (uploadLimit ?? bodyLimit) ? new PayloadTooLarge() : undefined;
}

/** Whether so much of the body is to come that it is better not to read it. */
export function isStillSending({ raw, headers }: FastifyRequest): boolean {
  const length = Number(headers['content-length'] ?? 0);
  return !raw.complete && (length > WORTH_READING_BYTES || headers['transfer-encoding'] !== undefined);
}

const lastOf = new WeakMap<Socket, IncomingMessage>();

/**
 * Once it is answered that a body is too much, no more of it is read, which takes memory even when it is thrown away;
 * but the connection ends only a while later, because a client that is still sending would lose the answer with it.
 */
export function closeGently(request: IncomingMessage): void {
  const { socket } = request;
  const isPrepared = lastOf.has(socket);
  lastOf.set(socket, request);
  // Once for each connection, however many requests come on it.
  if (isPrepared) return;
  const destroySoon = socket.destroySoon.bind(socket);
  // This is what Node calls after an answer with `Connection: close`.
  socket.destroySoon = () => {
    if (lastOf.get(socket)?.complete !== false) return destroySoon();
    socket.end();
    setImmediate(() => socket.pause());
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
}
