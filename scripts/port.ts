import { once } from 'node:events';
import { createServer } from 'node:net';

/** Asked before anything is started, because it is the commonest reason why nothing can be. */
export async function refuseTakenPort(): Promise<void> {
  const port = Number(process.env.PORT || 3000);
  const server = createServer();
  try {
    await once(server.listen(port, process.env.HOST || '127.0.0.1'), 'listening');
  } catch (cause) {
    // Whatever else is wrong with HOST or PORT, the configuration's own rules say it better.
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') return;
    throw new Error(`port ${port} is taken by another process: start with PORT=${port + 1} npm start`, { cause });
  }
  server.close();
  await once(server, 'close');
}
