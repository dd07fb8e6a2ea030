import type { FastifyInstance } from 'fastify';

/** Once the server closes, each answer ends its connection: an idle one would keep the process for its whole life. */
export function endConnectionsWhenClosing(server: FastifyInstance): void {
  let closing = false;
  server.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });
}
