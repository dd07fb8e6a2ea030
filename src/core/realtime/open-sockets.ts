import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SocketAdapter } from './socket-adapter.js';
import { SocketEvents } from './socket-events.js';
import { Sockets } from './sockets.js';

/** Opens sockets on the port of the API, for the gateways of all modules. */
export function openSockets(app: NestFastifyApplication): void {
  const server = app.get(Sockets).open(app.getHttpAdapter().getInstance().server);
  app.useWebSocketAdapter(new SocketAdapter(app, server, app.get(SocketEvents)));
}
