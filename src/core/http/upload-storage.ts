import type { MultipartStorageEngine } from '@nestjs/platform-fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { DependencyUnavailable, UnsupportedMediaType } from '../errors/core.errors.js';
import { type FileType, SIGNATURE_BYTES, typeOf } from './file-signatures.js';

// All uploads of the process together: many at once must not use up the memory that each alone is allowed.
const MAX_HELD_BYTES = 33_554_432;

const held = new WeakMap<object, number>();
let heldByAll = 0;

/** Keeps files in memory, if they begin as one of these types. */
export function storageFor(types: readonly FileType[]): MultipartStorageEngine {
  return {
    _handleFile: (request: FastifyRequest, { stream }, callback) => {
      read(stream, types, request).then(
        (file) => callback(null, file),
        (failure: unknown) => callback(failure),
      );
    },
    _removeFile: (_request, _file, callback) => callback(null),
  };
}

/** Counts the files of a request no longer, once it has been answered. */
export function release(request: FastifyRequest): void {
  heldByAll -= held.get(request) ?? 0;
  held.delete(request);
}

async function read(stream: Readable, types: readonly FileType[], request: FastifyRequest) {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hold(request, chunk.length);
    chunks.push(chunk);
    const isFirstLook = size < SIGNATURE_BYTES;
    size += chunk.length;
    if (isFirstLook && size >= SIGNATURE_BYTES) accept(Buffer.concat(chunks), types);
  }
  const buffer = Buffer.concat(chunks);
  return { buffer, size, mimetype: accept(buffer, types) };
}

function hold(request: FastifyRequest, bytes: number): void {
  if (heldByAll + bytes > MAX_HELD_BYTES) throw new DependencyUnavailable();
  heldByAll += bytes;
  held.set(request, (held.get(request) ?? 0) + bytes);
}

function accept(beginning: Buffer, types: readonly FileType[]): FileType {
  const type = typeOf(beginning);
  if (type === undefined || !types.includes(type)) throw new UnsupportedMediaType();
  return type;
}
