import type { IncomingMultipartFile } from '@nestjs/platform-fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { TestApp } from '../../../test/harness/app.js';
import { BodyRoutesModule } from '../../../test/harness/bodies.controller.js';
import { DependencyUnavailable } from '../errors/core.errors.js';
import type { Problem } from '../errors/problem.dto.js';
import { typeOf } from './file-signatures.js';
import { release, storageFor } from './upload-storage.js';
import { Upload } from './upload.decorator.js';

const PATH = '/v1/test/bodies/pictures';
const BEGINNINGS = { png: '89504e470d0a1a0a', jpeg: 'ffd8ffe0', exe: '4d5a90000300', gif: '474946383961' };

describe('a route that takes files', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [BodyRoutesModule] });
  });

  const file = (kind: keyof typeof BEGINNINGS, size = 1_000, name = 'picture.png') =>
    new File([Buffer.from(BEGINNINGS[kind], 'hex'), Buffer.alloc(size - BEGINNINGS[kind].length / 2)], name, {
      type: 'image/png',
    });

  async function send(...files: File[]): Promise<{ status: number; body: Partial<Problem> }> {
    const form = new FormData();
    for (const one of files) form.append('file', one);
    const response = await fetch(new URL(PATH, test.url), { method: 'POST', body: form });
    const body = (await response.json()) as Problem;
    test.contract.check('POST', response.url, response.status, response.headers.get('content-type') ?? '', body);
    return { status: response.status, body };
  }

  it('gives them to its handler with the type that they are', async () => {
    expect(await send(file('png'), file('jpeg', 4_000_000))).toEqual({
      status: 200,
      body: { types: 'image/png,image/jpeg', bytes: 4_001_000 },
    });
  });

  it('[R-80] #2 refuses one that is too large', async () => {
    expect(await send(file('png', 6_000_000))).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(await send(file('png', 12_000_000))).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
  });

  it.each(['exe', 'gif'] as const)(
    '[R-80] #2 refuses a file that begins as %s, whatever its name says',
    async (kind) => {
      for (const size of [10, 1_000, 1_000_000]) {
        expect(await send(file(kind, size))).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
      }
    },
  );

  it('refuses more files than it takes, and none', async () => {
    expect(await send(file('png'), file('png'), file('png'))).toMatchObject({ status: 400 });
    expect(await send()).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/file', code: 'isFile' }] } });
    expect(await test.api.post(PATH, { file: 'text' })).toMatchObject({ status: 415 });
  });

  it('forgets them when it has answered, so that they do not add up', async () => {
    for (let round = 0; round < 12; round++) {
      expect(await send(file('png', 4_000_000))).toMatchObject({ status: 200 });
    }
  });

  it('refuses some for a while, if many come at once', async () => {
    const requests = Array.from({ length: 20 }, () => ({}) as FastifyRequest);
    const storage = storageFor(['image/png']);
    const store = (request: FastifyRequest) =>
      new Promise<unknown>((resolve) => {
        const stream = Readable.from([Buffer.from(BEGINNINGS.png, 'hex'), Buffer.alloc(4_000_000)]);
        storage._handleFile(request, { stream } as IncomingMultipartFile, resolve);
      });
    const failures = await Promise.all(requests.map(store));
    expect(failures.filter((failure) => failure === null)).toHaveLength(8);
    expect(failures.filter((failure) => failure instanceof DependencyUnavailable)).toHaveLength(12);
    requests.forEach(release);
    expect(await store({} as FastifyRequest)).toBeNull();
  });

  it('says in the document what it takes', () => {
    const { requestBody, responses } = test.contract.operations().find(({ path }) => path === PATH)?.operation ?? {};
    expect(requestBody).toMatchObject({
      content: {
        'multipart/form-data': {
          schema: {
            required: ['file'],
            properties: {
              file: { type: 'array', maxItems: 2, items: { format: 'binary', maxLength: 5_242_880 } },
            },
          },
        },
      },
    });
    expect(Object.keys(responses ?? {})).toEqual(expect.arrayContaining(['411', '413', '415']));
  });

  it('does not start with a limit that no route may have', () => {
    expect(() => Upload({ files: 1, maxBytes: '20mb', types: ['image/png'] })).toThrow('20mb');
  });

  it('tells a type by its first bytes', () => {
    expect(typeOf(Buffer.from('RIFF0000WEBPVP8 '))).toBe('image/webp');
    expect(typeOf(Buffer.from('RIFF0000WAVEfmt '))).toBeUndefined();
    expect(typeOf(Buffer.from('%PDF-1.7'))).toBe('application/pdf');
    expect(typeOf(Buffer.alloc(0))).toBeUndefined();
  });
});
