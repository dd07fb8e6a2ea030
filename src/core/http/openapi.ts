import { applyDecorators, type INestApplication } from '@nestjs/common';
import { ApiExtension, DocumentBuilder, getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { application } from '../config/environment.config.js';
import { errorCatalogue, type ErrorClass } from '../errors/define-error.js';
import { Problem } from '../errors/problem.dto.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & { 'x-access'?: string; 'x-errors'?: string[] };

const EVERYWHERE = [
  'CREDENTIALS_IN_URL',
  'REQUEST_INCOMPLETE',
  'HEADERS_TOO_LARGE',
  'METHOD_NOT_ALLOWED',
  'RATE_LIMITED',
  'INTERNAL',
  'DEPENDENCY_UNAVAILABLE',
  'REQUEST_TIMEOUT',
];
const WITH_INPUT = ['VALIDATION_FAILED', 'MALFORMED_REQUEST'];
const WITH_CHANGE = ['CONFLICT'];
const WITH_KEY = ['IDEMPOTENCY_KEY_REQUIRED', 'IDEMPOTENCY_IN_PROGRESS', 'IDEMPOTENCY_MISMATCH'];
const WITH_BODY = ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];

/** Documents the errors that a route may answer beside those that any route may. */
export const Throws = (...errors: ErrorClass[]) =>
  applyDecorators(ApiExtension('x-errors', errors.map(({ entry }) => entry.code).sort()));

/** Describes the API as it runs: routes and DTOs from the code, errors from the catalogue. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(application.name)
    .setVersion(application.version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [Problem],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  const problem = document.components?.schemas?.Problem as { properties: Record<string, object> };
  problem.properties.code = { type: 'string', enum: errorCatalogue().map(({ code }) => code) };
  for (const path of Object.values(document.paths)) {
    const { get, ...changing } = path;
    if (get !== undefined) addErrors(get, []);
    for (const operation of operationsOf(changing)) addErrors(operation, WITH_CHANGE);
  }
  return document;
}

function operationsOf({ post, put, patch, delete: remove }: OpenAPIObject['paths'][string]): Operation[] {
  return [post, put, patch, remove].filter((operation) => operation !== undefined);
}

function addErrors(operation: Operation, further: string[]): void {
  const hasInput = operation.requestBody !== undefined || (operation.parameters ?? []).length > 0;
  const codes = new Set([
    ...EVERYWHERE,
    ...further,
    ...(hasInput ? WITH_INPUT : []),
    ...(operation.requestBody === undefined ? [] : WITH_BODY),
    ...(takesKey(operation) ? WITH_KEY : []),
    ...(operation['x-access'] === 'public'
      ? []
      : ['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'TOKEN_INVALID', 'SESSION_ENDED', 'FORBIDDEN']),
    ...(operation['x-errors'] ?? []),
  ]);
  for (const [status, named] of Map.groupBy(
    errorCatalogue().filter(({ code }) => codes.has(code)),
    (entry) => entry.status,
  )) {
    operation.responses[status] ??= problemResponse(named.map(({ code }) => code));
  }
}

function takesKey({ parameters = [] }: Operation): boolean {
  return parameters.some((parameter) => 'in' in parameter && parameter.name === 'Idempotency-Key');
}

function problemResponse(codes: string[]) {
  const schema = {
    allOf: [
      { $ref: getSchemaPath(Problem) },
      { type: 'object', properties: { code: { type: 'string', enum: codes } } },
    ],
  };
  return { description: codes.join(', '), content: { 'application/problem+json': { schema } } };
}
