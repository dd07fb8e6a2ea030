import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';

const CHUNK = Buffer.alloc(65_536, 'x');

/**
 * Sends that many bytes whatever the server says, as nobody well-behaved would.
 * @returns the status of the answer, or 0 if the connection ended before one came
 */
export async function flood(url: URL, headers: readonly string[], bytes: number, chunked: boolean): Promise<number> {
  const socket = connect(Number(url.port), url.hostname);
  let answer = '';
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('data', (data: Buffer) => (answer += data.toString())).on('error', () => undefined);
  const framing = chunked ? 'transfer-encoding: chunked' : `content-length: ${bytes}`;
  socket.write([`POST ${url.pathname} HTTP/1.1`, `host: ${url.host}`, framing, ...headers, '', ''].join('\r\n'));
  for (let sent = 0; sent < bytes && answer === '' && !socket.destroyed; sent += CHUNK.length) {
    if (chunked) socket.write(`${CHUNK.length.toString(16)}\r\n`);
    const flowing = socket.write(CHUNK);
    if (chunked) socket.write('\r\n');
    if (!flowing) await Promise.race([once(socket, 'drain').catch(() => undefined), ended]);
  }
  setTimeout(() => socket.destroy(), 1_000).unref();
  await ended;
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
}

/** Memory of a process that is not shared with the disk, in bytes. Linux only. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1_024;
}
