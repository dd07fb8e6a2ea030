import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port that nobody listens on, below the range that the kernel takes for outgoing connections. */
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
