import { applyDecorators, type ExecutionContext, type NestInterceptor, UseInterceptors } from '@nestjs/common';
import { FilesInterceptor, type UploadedMultipartFile } from '@nestjs/platform-fastify/multipart';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { finalize } from 'rxjs';
import { LengthRequired, ValidationFailed } from '../errors/core.errors.js';
import { limitOf } from './body-limits.js';
import type { FileType } from './file-signatures.js';
import { Throws } from './openapi.js';
import { extendRouteConfig } from './route-config.js';
import { release, storageFor } from './upload-storage.js';

interface UploadOptions {
  /** How many files at most */
  readonly files: number;
  /** Size of each at most, such as `5mb` */
  readonly maxBytes: string;
  /** What they may be, told by how they begin and not by their name */
  readonly types: readonly [FileType, ...FileType[]];
}

/** What the handler gets from Nest's `@UploadedFiles()`: whole files, and `mimetype` is what they are. */
export type UploadedFile = UploadedMultipartFile & { readonly buffer: Buffer; readonly mimetype: FileType };

const FIELD = 'file';
const TEXT = { fields: 20, fieldSize: 10_000, fieldNameSize: 100, headerPairs: 20 };
// Of the boundaries and headers of the parts.
const FRAME_BYTES = 65_536;

/** Takes one or more files, in the parts called `file` of a multipart body. No other route reads such a body. */
export function Upload({ files, maxBytes, types }: UploadOptions): MethodDecorator {
  const fileSize = limitOf(maxBytes);
  const limits = { ...TEXT, files, fileSize, parts: files + TEXT.fields };
  const item = { type: 'string', format: 'binary', maxLength: fileSize, description: types.join(', ') } as const;
  return applyDecorators(
    extendRouteConfig({ uploadLimit: files * fileSize + TEXT.fields * TEXT.fieldSize + FRAME_BYTES }),
    UseInterceptors(forgetting, FilesInterceptor(FIELD, files, { limits, storage: storageFor(types) }), requiring),
    Throws(LengthRequired),
    ApiConsumes('multipart/form-data'),
    ApiBody({
      required: true,
      schema: {
        type: 'object',
        required: [FIELD],
        properties: { [FIELD]: files === 1 ? item : { type: 'array', maxItems: files, items: item } },
      },
    }),
  );
}

const requestOf = (context: ExecutionContext) =>
  context.switchToHttp().getRequest<FastifyRequest & { files: readonly unknown[] }>();

const forgetting: NestInterceptor = {
  intercept: (context, next) => next.handle().pipe(finalize(() => release(requestOf(context)))),
};

const requiring: NestInterceptor = {
  intercept: (context, next) => {
    if (requestOf(context).files.length > 0) return next.handle();
    throw new ValidationFailed([{ pointer: `#/${FIELD}`, code: 'isFile', detail: 'must be a file' }]);
  },
};
