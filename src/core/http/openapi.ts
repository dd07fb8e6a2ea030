import { applyDecorators, type INestApplication } from '@nestjs/common';
import { ApiExtension, DocumentBuilder, getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { scopeOf } from '../access/scopes.js';
import { application } from '../config/environment.config.js';
import { errorCatalogue, type ErrorClass } from '../errors/define-error.js';
import { Problem } from '../errors/problem.dto.js';
import * as usual from './usual-errors.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & {
  'x-access'?: string;
  'x-knows-actor'?: true;
  'x-scope'?: string;
  'x-session'?: true;
  'x-verified-email'?: true;
  'x-errors'?: string[];
};

const THROWS = 'x-throws-';

/**
 * Documents the errors that a route, or any route of a controller, may answer beside those that any route may. That none
 * is missing is a lint rule.
 */
export const Throws = (...errors: ErrorClass[]) =>
  // One extension each: of two with one name, as on a controller and its route, the second would be lost.
  applyDecorators(...errors.map(({ entry }) => ApiExtension(`${THROWS}${entry.code}`, true)));

/** Describes the API as it runs: routes and DTOs from the code, errors from the catalogue. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(application.name)
    .setVersion(application.version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'api-key')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [Problem],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  const problem = document.components?.schemas?.Problem as { properties: Record<string, object> };
  problem.properties.code = { type: 'string', enum: errorCatalogue().map(({ code }) => code) };
  for (const [path, { get, ...changing }] of Object.entries(document.paths)) {
    if (get !== undefined) addErrors(open('GET', path, get), []);
    for (const operation of operationsOf(changing)) addErrors(open('POST', path, operation), usual.WITH_CHANGE);
  }
  return document;
}

/** Says how an API key may call the route, if one may. */
function open(method: string, path: string, operation: Operation): Operation {
  const access = operation['x-access'];
  if (access === undefined || isAnonymous(operation) || access === 'administrator' || operation['x-session']) {
    return operation;
  }
  operation['x-scope'] = scopeOf(method, path);
  // The array is the controller's, which its other routes and the next document share.
  operation.security = [...(operation.security ?? []), { 'api-key': [] }];
  return operation;
}

/** Whether nobody's credentials are read. */
const isAnonymous = (operation: Operation) =>
  operation['x-access'] === 'public' && operation['x-knows-actor'] === undefined;

function operationsOf({ post, put, patch, delete: remove }: OpenAPIObject['paths'][string]): Operation[] {
  return [post, put, patch, remove].filter((operation) => operation !== undefined);
}

function addErrors(operation: Operation, further: string[]): void {
  const hasInput = operation.requestBody !== undefined || (operation.parameters ?? []).length > 0;
  const thrown = takeThrown(operation);
  if (thrown.length > 0) operation['x-errors'] = thrown;
  const codes = new Set([
    ...usual.EVERYWHERE,
    ...further,
    ...(hasInput ? usual.WITH_INPUT : []),
    ...(operation.requestBody === undefined ? [] : usual.WITH_BODY),
    ...(takesKey(operation) ? usual.WITH_KEY : []),
    ...(isAnonymous(operation) ? [] : usual.WITH_ACTOR),
    ...(operation['x-scope'] === undefined ? [] : usual.WITH_SCOPE),
    ...(operation['x-session'] ? usual.WITH_SESSION : []),
    ...(operation['x-verified-email'] ? usual.WITH_VERIFIED_EMAIL : []),
    ...thrown,
  ]);
  for (const [status, named] of Map.groupBy(
    errorCatalogue().filter(({ code }) => codes.has(code)),
    (entry) => entry.status,
  )) {
    operation.responses[status] ??= problemResponse(named.map(({ code }) => code));
  }
}

function takeThrown(operation: Operation): string[] {
  const marks = Object.keys(operation).filter((key) => key.startsWith(THROWS));
  for (const mark of marks) Reflect.deleteProperty(operation, mark);
  return marks.map((mark) => mark.slice(THROWS.length)).sort();
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
