import { once } from 'node:events';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { type Namespace, Server, type ServerOptions } from 'socket.io';
import { httpConfig, type HttpConfig } from '../http/http.config.js';
import { SECURITY_HEADERS } from '../http/security-headers.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Signals } from '../signals/signals.js';
import { Admission } from './admission.js';
import type { ClientSocket } from './client.js';
import { Entry } from './entry.js';
import { Namespaces } from './namespaces.js';
import { Rooms } from './rooms.js';
import { SignalsAdapter } from './signals-adapter.js';
import { SocketContexts } from './socket-contexts.js';
import { SocketEvents } from './socket-events.js';

const OPTIONS: Partial<ServerOptions> = {
  serveClient: false,
  maxHttpBufferSize: 65_536,
  // A client that is gone is found out in half a minute.
  pingInterval: 20_000,
  pingTimeout: 10_000,
  // Whoever has entered no namespace by then wants none, or was refused.
  connectTimeout: 900,
  httpCompression: false,
};
/** How long a polling client has to hear that its connection is closed */
const LAST_POLL_MS = 100;
/** How long clients have to read that the server leaves. */
const FAREWELL_MS = 1_000;

type Connection = ClientSocket['conn'];

/** The one socket server: what holds for every namespace and every gateway, whoever wrote it. */
@Injectable()
export class Sockets {
  private readonly connections = new Set<Connection>();
  private readonly upgraded = new Set<Duplex>();

  constructor(
    @Inject(httpConfig.KEY) private readonly config: HttpConfig,
    private readonly admission: Admission,
    private readonly contexts: SocketContexts,
    private readonly entry: Entry,
    private readonly namespaces: Namespaces,
    private readonly rooms: Rooms,
    private readonly events: SocketEvents,
    private readonly signals: Signals,
    private readonly shutdown: Shutdown,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Sockets.name);
  }

  /** Opens it on the server of the API, before Nest looks at the gateways. */
  open(http: HttpServer): Server {
    this.namespaces.prepare();
    const server = new Server(http, {
      ...OPTIONS,
      cors: { origin: [...this.config.origins], credentials: true },
      adapter: SignalsAdapter.over(this.signals, this.logger) as unknown as ServerOptions['adapter'],
      allowRequest: (request, decide) => this.decide(request, decide),
    });
    http.on('upgrade', (_request, socket: Duplex) => this.watch(socket));
    server.engine.on('connection', (connection: Connection) => this.hold(connection));
    server.engine.on('headers', (headers: Record<string, string>) => void Object.assign(headers, SECURITY_HEADERS));
    for (const name of new Set(['/', ...this.namespaces.all()])) this.guard(server.of(name));
    this.rooms.deliverTo(server);
    // They come back by themselves, to whoever is in step, and read what they have missed.
    this.signals.onGap(() => this.connections.forEach((connection) => connection.close()));
    this.shutdown.register('http', 'events of sockets', () => this.events.stop());
    this.shutdown.register('sockets', 'handlers of events', () => this.events.whenDone());
    this.shutdown.register('sockets', 'socket server', () => this.close(server));
    return server;
  }

  private decide(request: IncomingMessage, decide: (refused: string | null, allowed: boolean) => void): void {
    this.admission.refusalOf(request).then(
      (code) => decide(code ?? null, code === undefined),
      (err: unknown) => {
        this.logger.error({ err }, 'a handshake failed');
        decide('INTERNAL', false);
      },
    );
  }

  /** Handshakes that come at once are counted only here. */
  private hold(connection: Connection): void {
    const release = this.admission.hold(this.contexts.networkOf(connection.request));
    if (release === undefined) return void connection.close(true);
    // A polling client that does not ask again would keep its place for half a minute.
    Object.assign(connection.transport, { closeTimeout: LAST_POLL_MS });
    this.connections.add(connection);
    connection.once('close', () => {
      this.connections.delete(connection);
      release();
    });
  }

  private guard(namespace: Namespace): void {
    namespace.use((socket: ClientSocket, next) => this.entry.enter(socket, next));
    namespace.on('connection', (socket: ClientSocket) => {
      void this.entry.welcome(socket);
      this.events.attend(socket);
    });
  }

  private watch(socket: Duplex): void {
    this.upgraded.add(socket);
    socket.once('close', () => this.upgraded.delete(socket));
  }

  /** Tells every client, and waits a moment for those that say goodbye. */
  private async close(server: Server): Promise<void> {
    // Its promise is that of the HTTP server, which waits for others too.
    void server.close();
    const goodbyes = [...this.upgraded].map((socket) => once(socket, 'close'));
    await Promise.race([Promise.allSettled(goodbyes), sleep(FAREWELL_MS, undefined, { ref: false })]);
    for (const socket of this.upgraded) socket.destroy();
  }
}
