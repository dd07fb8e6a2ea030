import { Injectable } from '@nestjs/common';
import { SessionRequired, TokenExpired, Unauthenticated } from '../access/access.errors.js';
import { Authenticators, type Credentials, type Proof } from '../access/authenticators.js';
import { Connections } from '../access/connections.js';
import type { AppError } from '../errors/app-error.js';
import { NotFound } from '../errors/core.errors.js';
import { Admission } from './admission.js';
import type { ClientSocket } from './client.js';
import { Namespaces } from './namespaces.js';
import { organizationRoom, userRoom } from './room.js';
import { SocketContexts } from './socket-contexts.js';
import { SocketProblems, toSocketError } from './socket-problems.js';

const MOST_TOKEN_CHARACTERS = 4_096;
/** As long as a timer can wait */
const MOST_TIMER_MS = 2 ** 31 - 1;

/** Lets sockets into a namespace, and puts them out again when what they came in with holds no more. */
@Injectable()
export class Entry {
  constructor(
    private readonly admission: Admission,
    private readonly contexts: SocketContexts,
    private readonly authenticators: Authenticators,
    private readonly connections: Connections,
    private readonly namespaces: Namespaces,
    private readonly problems: SocketProblems,
  ) {}

  /** The first middleware of every namespace. */
  enter(socket: ClientSocket, next: (refused?: Error) => void): void {
    this.contexts.around(socket.request, ({ requestId }) => {
      this.admit(socket).then(
        () => next(),
        (thrown: unknown) => {
          const { name } = socket.nsp;
          const where = { instance: name, place: `socket ${name}`, requestId };
          const problem = this.problems.describe(toSocketError(thrown), where);
          next(Object.assign(new Error(problem.detail), { data: problem }));
        },
      );
    });
  }

  /** Who came in hears what is said to them and to their organization: nothing that the client says decides that. */
  async welcome(socket: ClientSocket): Promise<void> {
    const { actor } = socket.data;
    if (actor !== undefined) await socket.join([userRoom(actor.userId).name, organizationRoom(actor).name]);
  }

  private async admit(socket: ClientSocket): Promise<void> {
    const network = this.contexts.networkOf(socket.request);
    await this.admission.countEntry(network);
    const { name } = socket.nsp;
    if (this.namespaces.isPublic(name)) {
      socket.data = { network };
      return;
    }
    const credentials = credentialsOf(socket);
    const proof = await this.identify(credentials);
    if (!this.namespaces.isKnown(name)) throw new NotFound('The namespace');
    socket.data = { network, actor: proof.actor };
    const leave = this.holdTo(socket, proof);
    // What ended while it was being registered has told nobody.
    await this.identify(credentials).catch((thrown: unknown) => {
      leave();
      throw thrown;
    });
  }

  private async identify(credentials: Credentials): Promise<Proof> {
    const proof = await this.authenticators.identify(credentials);
    if (proof === undefined) throw new Unauthenticated();
    // Rooms have no scopes: a key would hear everything that its organization is told.
    if (proof.actor.scopes !== undefined) throw new SessionRequired();
    return proof;
  }

  /** Puts the socket out when its session ends or its credentials expire. @returns what to call if it does not stay */
  private holdTo(socket: ClientSocket, { actor, expiresAt }: Proof): () => void {
    const expel = (error: AppError) => {
      leave();
      this.contexts.around(socket.request, ({ requestId }) => this.problems.expel(socket, error, requestId));
    };
    const forget = this.connections.register(actor, expel);
    const expiry =
      expiresAt === undefined
        ? undefined
        : setTimeout(() => expel(new TokenExpired()), Math.min(expiresAt - Date.now(), MOST_TIMER_MS)).unref();
    const leave = () => {
      forget();
      clearTimeout(expiry);
      socket.conn.off('close', leave);
    };
    socket.once('disconnect', leave);
    // A connection that closes before it has entered is told of here alone.
    socket.conn.once('close', leave);
    if (socket.conn.readyState !== 'open') leave();
    return leave;
  }
}

/** A token in `auth.token` counts as one in the header, which browsers cannot send with a socket. */
function credentialsOf({ handshake }: ClientSocket): Credentials {
  const { token } = handshake.auth as { token?: unknown };
  const { headers } = handshake;
  if (token === undefined) return { headers };
  if (typeof token !== 'string' || token.length > MOST_TOKEN_CHARACTERS) throw new Unauthenticated();
  return { headers: { ...headers, authorization: `Bearer ${token}` } };
}
