import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pipeline, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';

type Payload = string | Buffer | Readable;
type Encoding = 'br' | 'gzip';

const MIN_BYTES = 1_024;
const COMPRESSIBLE = /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?(?:json|javascript|xml)|image\/svg\+xml)/;
// The default of 11 takes a hundred times as long for a few percent.
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const [brotliWhole, gzipWhole] = [promisify(brotliCompress), promisify(gzip)];

/** Compresses what is worth it, as the client says that it can read. Off the event loop, and short answers never. */
export function compressAnswers(server: FastifyInstance): void {
  server.addHook<unknown>('onSend', (request, reply, payload, done) => {
    if (!isLong(payload, reply) || !isCompressible(reply)) return done(null, payload);
    addVary(reply);
    const encoding = acceptedOf(request);
    if (encoding === undefined) return done(null, payload);
    compress(payload, encoding).then(
      (compressed) => {
        // The time of the request was up meanwhile, and that was the answer.
        if (reply.raw.headersSent || reply.raw.destroyed) return;
        void reply.header('content-encoding', encoding).removeHeader('content-length');
        done(null, compressed);
      },
      (failure: Error) => {
        if (!reply.raw.headersSent) done(failure);
      },
    );
  });
}

/** A stream counts as long unless it says otherwise. */
function isLong(payload: unknown, reply: FastifyReply): payload is Payload {
  if (typeof payload === 'string' || Buffer.isBuffer(payload)) return payload.length >= MIN_BYTES;
  const isStream = typeof (payload as Readable | null | undefined)?.pipe === 'function';
  return isStream && Number(reply.getHeader('content-length') ?? MIN_BYTES) >= MIN_BYTES;
}

function isCompressible(reply: FastifyReply): boolean {
  const isWhole = reply.statusCode !== 206 && !reply.hasHeader('content-encoding');
  return isWhole && COMPRESSIBLE.test(String(reply.getHeader('content-type')));
}

/** Also on what is not compressed: a cache must not hand that to a client that could read the other, or the reverse. */
function addVary(reply: FastifyReply): void {
  const before = reply.getHeader('vary');
  void reply.header('vary', before === undefined ? 'accept-encoding' : `${String(before)}, accept-encoding`);
}

function acceptedOf({ method, headers }: FastifyRequest): Encoding | undefined {
  const accepted = headers['accept-encoding'];
  if (accepted === undefined || method === 'HEAD') return undefined;
  const wanted = String(accepted)
    .toLowerCase()
    .split(',')
    .filter((one) => !/;\s*q=0(?:\.0*)?\s*$/.test(one))
    .map((one) => one.split(';')[0]?.trim());
  return (['br', 'gzip'] as const).find((encoding) => wanted.includes(encoding));
}

async function compress(payload: Payload, encoding: Encoding): Promise<Buffer | Readable> {
  if (typeof payload === 'string' || Buffer.isBuffer(payload)) {
    return encoding === 'br' ? brotliWhole(payload, QUALITY) : gzipWhole(payload);
  }
  const compressor = encoding === 'br' ? createBrotliCompress(QUALITY) : createGzip();
  // A failure of the source ends the compressor, which the server then sees; there is nobody else to tell.
  return pipeline(payload, compressor, () => undefined);
}
