import { randomInt } from 'node:crypto';
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

/**
 * A port that nobody listens on. Below the range that the kernel takes for outgoing connections: who asks a closed port
 * of that range often enough is one day connected to himself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    const listening = new Promise<boolean>((resolve) => {
      server.once('listening', () => resolve(true)).once('error', () => resolve(false));
    });
    const port = randomInt(15_000, 32_000);
    server.listen(port, '127.0.0.1');
    if (!(await listening)) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
