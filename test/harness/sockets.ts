import { randomInt } from 'node:crypto';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { Actor } from '../../src/core/access/actor.js';
import type { Problem } from '../../src/core/errors/problem.dto.js';
import { ACTOR_HEADER } from './actors.js';
import { atTheEnd } from './cleanup.js';

type Options = Partial<ManagerOptions & SocketOptions>;

/** What became of a socket that was not let in: the problem, if the server told one, or the reason of its client. */
export class Refused extends Error {
  constructor(
    reason: string,
    readonly problem?: Problem,
  ) {
    super(reason);
  }
}

/** Connects as a browser would, from an address of its own. @throws {Refused} */
export async function connect(url: string, namespace: string, options: Options = {}): Promise<Socket> {
  const address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
  const socket = io(`${url}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ...options,
    extraHeaders: { 'x-forwarded-for': address, ...options.extraHeaders },
  });
  atTheEnd(socket, () => Promise.resolve(socket.disconnect()));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error: Error & { data?: Problem }) => {
      reject(new Refused(error.message, error.data));
    });
    // Also a problem that is told closes it, and is told only then.
    socket.io.once('close', (reason) => setImmediate(() => reject(new Refused(reason))));
  });
  return socket;
}

/** The same, as somebody who need not sign in for it. */
export function connectAs(url: string, actor: Actor, namespace = '/events', options: Options = {}): Promise<Socket> {
  const extraHeaders = { ...options.extraHeaders, [ACTOR_HEADER]: JSON.stringify(actor) };
  return connect(url, namespace, { ...options, extraHeaders });
}

/** Resolves with the reason when the server has ended it. */
export function ended(socket: Socket): Promise<string> {
  return new Promise((resolve) => socket.once('disconnect', resolve));
}

/** All that the server says to a socket from now on, as `[event, payload]`. */
export function heardBy(socket: Socket): unknown[][] {
  const heard: unknown[][] = [];
  socket.onAny((...said: unknown[]) => heard.push(said));
  return heard;
}
