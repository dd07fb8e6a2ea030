import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { describeApi } from '../../src/core/http/openapi.js';

const ID = 'openapi.json';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Holds every answer of the tests against the document that the application gives of itself. */
export class ResponseContract {
  readonly document: OpenAPIObject;
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly templates: { readonly pattern: RegExp; readonly path: string }[];

  constructor(app: NestFastifyApplication) {
    this.document = describeApi(app);
    formats.default(this.ajv);
    this.ajv.addSchema(closed(this.document), ID);
    this.templates = Object.keys(this.document.paths).map((path) => ({
      pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
      path,
    }));
  }

  /** @throws Error that says what differs, if the answer is not as documented */
  check(method: string, url: string, status: number, contentType: string, body: unknown): void {
    const pointer = this.schemaOf(method.toLowerCase(), new URL(url).pathname, status, contentType.split(';')[0] ?? '');
    if (pointer === undefined) return;
    const validate = this.validator(pointer);
    if (validate(body)) return;
    throw new Error(
      `${method} ${url} answered ${status} with a body that its schema does not allow: ` +
        this.ajv.errorsText(validate.errors, { dataVar: 'body' }),
    );
  }

  /** @throws Error if this is not problem details */
  checkProblem(body: unknown): void {
    const validate = this.validator(pointerTo('components', 'schemas', 'Problem'));
    if (!validate(body)) throw new Error(this.ajv.errorsText(validate.errors));
  }

  /** What the document says that a problem's code may be. */
  problemCodes(): { enum: string[] } {
    const problem = this.document.components?.schemas?.Problem as { properties: { code: { enum: string[] } } };
    return problem.properties.code;
  }

  /** The operations of the document, one each. */
  operations() {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => (item[method] === undefined ? [] : [{ method, path, operation: item[method] }])),
    );
  }

  private schemaOf(method: string, pathname: string, status: number, mediaType: string): string | undefined {
    if (mediaType === 'application/problem+json') return this.problemSchema(method, pathname, status);
    const path = this.pathOf(pathname);
    const item = path === undefined ? undefined : this.document.paths[path];
    const operation = item?.[method as 'get'];
    if (path === undefined || operation === undefined) return undefined;
    const response = operation.responses[status] as { content?: Record<string, unknown> } | undefined;
    const isJson = mediaType === 'application/json';
    // What is no JSON has no schema; but where JSON is promised, nothing else will do.
    if (response && !isJson && response.content?.['application/json'] === undefined) return undefined;
    if (response?.content?.[mediaType] === undefined) {
      throw new Error(
        `${method.toUpperCase()} ${path} answered ${status} ${mediaType || 'nothing'}, which is not documented: ` +
          'name the class of its view as what it returns.',
      );
    }
    return pointerTo('paths', path, method, 'responses', String(status), 'content', mediaType, 'schema');
  }

  /** Also what no route answers, such as 404 for an unknown path, is a problem; of a route it is a documented one. */
  private problemSchema(method: string, pathname: string, status: number): string {
    const path = this.pathOf(pathname);
    const operation = path === undefined ? undefined : this.document.paths[path]?.[method as 'get'];
    if (path === undefined || operation === undefined) return pointerTo('components', 'schemas', 'Problem');
    if (operation.responses[status] === undefined) {
      throw new Error(`${method.toUpperCase()} ${path} answered ${status}, which is not documented: add @Throws(…).`);
    }
    const media = 'application/problem+json';
    return pointerTo('paths', path, method, 'responses', String(status), 'content', media, 'schema');
  }

  private pathOf(pathname: string): string | undefined {
    return (
      this.templates.find(({ path }) => path === pathname) ??
      this.templates.find(({ pattern }) => pattern.test(pathname))
    )?.path;
  }

  private validator(pointer: string): ValidateFunction {
    const known = this.validators.get(pointer) ?? this.ajv.compile({ $ref: `${ID}${pointer}` });
    this.validators.set(pointer, known);
    return known;
  }
}

function pointerTo(...segments: string[]): string {
  return `#/${segments.map((segment) => encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
}

/** What a view does not name, it does not tell: a field too many is how secrets get out. */
function closed(document: OpenAPIObject): OpenAPIObject {
  const copy = structuredClone(document);
  for (const schema of Object.values(copy.components?.schemas ?? {})) {
    if ('properties' in schema) schema.additionalProperties ??= false;
  }
  return copy;
}
