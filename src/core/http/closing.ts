import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Shutdown } from '../lifecycle/shutdown.js';
import { isLastOnConnection } from './request-end.js';
import { RunningRequests } from './running-requests.js';

/**
 * Closes the server as a balancer wants it. While the process drains, each answer ends its connection, so that nobody
 * sends a next request into one that closes; then nothing new is accepted, and what is open is answered.
 */
export function closeWithoutLoss(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  const shutdown = app.get(Shutdown);
  const running = app.get(RunningRequests);
  running.trackHandlers(server);
  server.addHook('onSend', (request, reply, payload, done) => {
    // Not before what was sent ahead on the same connection is answered too.
    if (shutdown.draining && isLastOnConnection(request)) void reply.header('connection', 'close');
    done(null, payload);
  });
  let closed: Promise<unknown> = Promise.resolve();
  shutdown.register('http', 'server', async () => {
    closed = Promise.resolve<unknown>(app.getHttpAdapter().close());
    // Its failure is told by whoever waits for it below.
    closed.catch(() => undefined);
    await running.whenAnswered();
  });
  shutdown.register('http', 'handlers', () => running.whenDone());
  // Sockets are connections of the server too: they have been closed a moment ago.
  shutdown.register('sockets', 'connections', async () => {
    // What is left are connections on which somebody has not finished a request: nothing was promised to them.
    server.server.closeAllConnections();
    await closed;
  });
}
