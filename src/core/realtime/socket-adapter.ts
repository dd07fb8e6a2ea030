import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Observable } from 'rxjs';
import type { Server } from 'socket.io';
import type { ClientSocket } from './client.js';
import type { EventHandler, SocketEvents } from './socket-events.js';

/** Gives the gateways of Nest the one server that there is, and what their sockets say our way. */
export class SocketAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly server: Server,
    private readonly events: SocketEvents,
  ) {
    super(app);
  }

  override createIOServer(): Server {
    return this.server;
  }

  override bindMessageHandlers(
    socket: ClientSocket,
    handlers: EventHandler[],
    toResults: (returned: unknown) => Observable<unknown>,
  ): void {
    this.events.bind(socket, handlers, toResults);
  }

  /** It is closed in its phase of the shutdown. */
  override close(): Promise<void> {
    return Promise.resolve();
  }
}
