import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib';
import { context, propagation } from '@opentelemetry/api';
import type { Dispatcher } from 'undici';
import { application } from '../config/environment.config.js';
import { currentRequest } from '../http/request-context.js';
import { UpstreamAnswer } from './upstream-answer.js';
import { UpstreamFault } from './upstream-fault.js';
import type { Manners } from './upstream-options.js';
import type { Method } from './upstream-request.js';

const DECODERS = new Map<string, (bytes: Buffer, options: ZlibOptions) => Promise<Buffer>>([
  ['gzip', promisify(gunzip)],
  ['br', promisify(brotliDecompress)],
  ['deflate', promisify(inflate)],
]);

/** A request as it is sent. */
export interface Message {
  readonly origin: string;
  readonly method: Method;
  /** With the query */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

type Most = Pick<Manners, 'maxBytes' | 'cut'>;

/** Sends once and reads the whole answer. A redirect is an answer too: it is not followed. */
export async function exchange(
  dispatcher: Dispatcher,
  { headers, ...message }: Message,
  { signal, ...most }: { readonly signal: AbortSignal } & Most,
): Promise<UpstreamAnswer> {
  const answer = await dispatcher.request({ ...message, headers: { ...ownHeaders(), ...headers }, signal });
  const { bytes, whole } = await read(answer.body, most);
  const encoding = answer.headers['content-encoding'];
  if (whole && !most.cut) {
    return new UpstreamAnswer(answer.statusCode, answer.headers, await decoded(bytes, encoding, most.maxBytes));
  }
  // Who takes a part takes what can be read of it: of what is packed, a part says nothing, and its status still counts.
  return new UpstreamAnswer(answer.statusCode, answer.headers, encoding === undefined ? bytes : Buffer.alloc(0));
}

/** Who asks, for whom, and as part of which trace. */
function ownHeaders(): Record<string, string> {
  const headers: Record<string, string> = {
    'user-agent': `${application.name}/${application.version}`,
    'accept-encoding': 'gzip, br',
  };
  const request = currentRequest();
  if (request !== undefined) headers['x-request-id'] = request.requestId;
  propagation.inject(context.active(), headers);
  return headers;
}

/** Stops in the middle when it gets too much, which ends the connection. */
async function read(body: Readable, { maxBytes, cut }: Most): Promise<{ bytes: Buffer; whole: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes && !cut) throw new UpstreamFault('failed', 'too large');
    chunks.push(chunk);
    if (size > maxBytes) break;
  }
  return { bytes: Buffer.concat(chunks, Math.min(size, maxBytes)), whole: size <= maxBytes };
}

/** A few bytes may stand for many: they are counted too. */
async function decoded(
  bytes: Buffer,
  encoding: string | string[] | undefined,
  maxOutputLength: number,
): Promise<Buffer> {
  if (encoding === undefined || bytes.length === 0) return bytes;
  const decode = DECODERS.get(String(encoding).toLowerCase());
  if (decode === undefined) throw new UpstreamFault('failed', 'encoding');
  return decode(bytes, { maxOutputLength });
}
