import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '../../src/core/access/actor.js';
import type { Answer, ApiClient } from './api-client.js';
import type { TestApp } from './app.js';
import type { Environment } from './environment.js';
import { ROOT } from './process.js';
import { addRows, statementsOfFiles } from './row-files.js';
import { type Size, sampleOf } from './samples.js';
import { type Route, routesOf, type Schema, takesKey } from './schemas.js';

export interface Owner {
  readonly actor: Actor;
  readonly api: ApiClient;
}

/** What of a request people know better than its schemas. */
export interface Given {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: Record<string, unknown> | FormData;
  readonly headers?: Record<string, string>;
}

/**
 * Requests that no schema can tell, by their routes, such as a sign-in with a password that exists. They stand in files
 * `*.requests.ts` beside what answers them, and may write into the database what no route makes. Such a file may also export
 * `env`, the settings that these requests need, and `kept`.
 */
export type GivenRequests = Record<string, (owner: Owner, test: TestApp) => Given | Promise<Given>>;

/** The tables in which a request leaves rows on purpose, even if it fails, by the route. */
export type KeptRows = Record<string, readonly string[]>;

/** A request that its owner may expect to succeed. */
export interface ValidRequest {
  readonly route: Route;
  readonly params: Record<string, string>;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly body?: Record<string, unknown> | FormData;
  readonly headers: Record<string, string>;
  /** Ids in it that name rows which were made for it, the owner's */
  readonly ids: readonly string[];
}

/** What a request is made from, and the requests that it needs. */
interface Making {
  readonly owner: Owner;
  /** The ids of what was made already, by its collection: a seat that is named belongs to the concert that is named */
  readonly made: Map<string, string>;
  /** What is being asked already, so that a comment that may answer a comment ends */
  readonly asking: readonly Route[];
}

/** Asks each route of the document for something that it can do: what its ids name is made first, by other routes. */
export class ValidRequests {
  readonly routes: Route[];
  private readonly rows = statementsOfFiles();

  private constructor(
    private readonly test: TestApp,
    private readonly given: GivenRequests,
  ) {
    this.routes = routesOf(test.contract);
  }

  static async of(test: TestApp): Promise<ValidRequests> {
    return new ValidRequests(test, await givenRequests());
  }

  /** A new person with an organization of their own, who may ask for what this route answers. */
  owner({ access }: Route): Promise<Owner> {
    return access === 'administrator' ? this.test.administrator() : this.test.actor('owner');
  }

  /**
   * @param known values of the path that are not to be made anew
   * @throws Error in a line that says what is missing and how to give it
   */
  make(route: Route, owner: Owner, size?: Size, known: Readonly<Record<string, string>> = {}): Promise<ValidRequest> {
    return this.makeFrom(route, { owner, made: new Map(), asking: [] }, size, known);
  }

  /** Sends it, as its owner or as somebody else. */
  send(api: ApiClient, { route, path, query, body, headers }: ValidRequest): Promise<Answer> {
    const search = new URLSearchParams(query).toString();
    return api.with(headers).send(route.method, search === '' ? path : `${path}?${search}`, body);
  }

  private async makeFrom(
    route: Route,
    needed: Making,
    size: Size | undefined,
    known: Readonly<Record<string, string>>,
  ): Promise<ValidRequest> {
    const making = { ...needed, asking: [...needed.asking, route] };
    const ids: string[] = [];
    const given = (await this.given[route.name]?.(making.owner, this.test)) ?? {};
    const params = await this.paramsOf(route, making, ids, { ...known, ...given.params });
    const query = await this.queryOf(route, making, ids, given.query);
    const body = given.body ?? (route.body && (await this.bodyOf(route.body, making, ids, size)));
    const headers = { ...(takesKey(route) && { 'idempotency-key': randomUUID() }), ...given.headers };
    ids.push(...uuidsIn([given.query, given.body]));
    return { route, params, path: fill(route.path, params), query, body, headers, ids };
  }

  private async paramsOf(route: Route, making: Making, ids: string[], given: Record<string, string> = {}) {
    const params: Record<string, string> = {};
    for (const { name, schema } of route.parameters.filter((one) => one.in === 'path')) {
      const collection = fill(route.path.slice(0, route.path.indexOf(`/{${name}}`)), params);
      const value =
        given[name] ?? (schema.enum ? String(schema.enum[0]) : await this.idIn(collection, making, params, route));
      if (value === undefined) throw new Error(`nothing makes or lists what {${name}} names: ${GIVE}`);
      if (!schema.enum) {
        ids.push(value);
        making.made.set(collection, value);
      }
      params[name] = value;
    }
    return params;
  }

  /** What must be said and, of the rest, what names something. */
  private async queryOf(route: Route, making: Making, ids: string[], given: Record<string, string> = {}) {
    const query: Record<string, string> = {};
    for (const { name, schema, required } of route.parameters.filter((one) => one.in === 'query')) {
      const id = await this.idNamed(name, schema, making, ids);
      if (id !== undefined) ids.push(id);
      if (id !== undefined || required) query[name] = id ?? String(sampleOf(schema));
    }
    return { ...query, ...given };
  }

  private async bodyOf(schema: Schema, making: Making, ids: string[], size?: Size): Promise<Record<string, unknown>> {
    const body = sampleOf({ properties: {}, ...schema }, size) as Record<string, unknown>;
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const one = property.type === 'array' ? property.items : property;
      const id = await this.idNamed(name, one, making, ids);
      if (id === undefined) {
        // What nothing makes is not there to be named.
        if (isId(name, one) && !schema.required?.includes(name)) Reflect.deleteProperty(body, name);
        continue;
      }
      ids.push(id);
      body[name] = property.type === 'array' ? [id] : id;
    }
    return body;
  }

  /** `eventId` and `eventIds` name something of `…/events`: not what the request names elsewhere. */
  private async idNamed(
    name: string,
    schema: Schema | undefined,
    making: Making,
    ids: readonly string[],
  ): Promise<string | undefined> {
    if (!isId(name, schema)) return undefined;
    const thing = name.replace(/Ids?$/, '');
    const kebab = thing.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const rooms = [kebab, `${kebab}s`, `${kebab}es`, kebab.replace(/y$/, 'ies')];
    const collection = this.routes.find(
      ({ method, path }) => method === 'POST' && rooms.includes(path.split('/').at(-1) ?? ''),
    );
    if (collection === undefined || making.asking.includes(collection)) return undefined;
    const known = making.made.get(collection.path);
    return known !== undefined && !ids.includes(known) ? known : this.madeIn(collection.path, making, {});
  }

  /** The id of something in a collection: what was made there for this request, or something new. */
  private async idIn(collection: string, making: Making, params: Record<string, string>, asked?: Route) {
    return making.made.get(collection) ?? this.madeIn(collection, making, params, asked);
  }

  /** The id of something that is made, or is found, in a collection. */
  private async madeIn(
    collection: string,
    making: Making,
    params: Record<string, string>,
    asked?: Route,
  ): Promise<string | undefined> {
    const routeOf = (method: string) =>
      this.routes.find((route) => route.method === method && fill(route.path, params) === collection);
    for (const route of [routeOf('POST'), routeOf('GET')]) {
      if (route === undefined || route === asked) continue;
      // Of what no route makes, the file that fills its list makes one.
      const rows = route.method === 'GET' ? this.rows.get(route.name) : undefined;
      if (rows !== undefined) await addRows(this.test.databaseUrl, rows, making.owner.actor, 1);
      const request = await this.makeFrom(route, making, 'usual', params);
      const answer = await this.send(making.owner.api, request);
      if (answer.status >= 400) throw new Error(`it needs ${route.name}, which ${told(answer)}: ${GIVE}`);
      const { id, data = [] } = answer.body as { id?: string; data?: { id: string }[] };
      const found = id ?? (Array.isArray(answer.body) ? (answer.body as typeof data) : data)[0]?.id;
      if (found === undefined) continue;
      making.made.set(collection, found);
      return found;
    }
    return undefined;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const GIVE = 'say how to ask in a file *.requests.ts beside its controller';

const isId = (name: string, schema: Schema | undefined) => /.Ids?$/.test(name) && schema?.format === 'uuid';

/** What somebody says of a request by hand names things of the owner too. */
function uuidsIn(value: unknown): string[] {
  if (typeof value === 'string') return UUID.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(uuidsIn) : [];
}

/** What was answered, in a few words. */
export function told({ status, body }: Answer): string {
  const { code, errors } = body as { code?: string; errors?: { pointer: string; detail: string }[] };
  const faults = (errors ?? []).slice(0, 3).map(({ pointer, detail }) => `${pointer} ${detail}`);
  return ['answers', status, code, ...faults].filter((word) => word !== undefined && word !== '').join(' ');
}

function fill(path: string, params: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole);
}

async function givenRequests(): Promise<GivenRequests> {
  return Object.assign({}, ...(await requestFiles()).map(({ requests }) => requests)) as GivenRequests;
}

/** Settings without which routes would have no valid request, as the files beside them say. */
export async function givenEnvironment(): Promise<Environment> {
  return Object.assign({}, ...(await requestFiles()).map(({ env }) => env)) as Environment;
}

/** What routes leave behind on purpose when they fail, as the files beside them say. */
export async function givenRows(): Promise<KeptRows> {
  return Object.assign({}, ...(await requestFiles()).map(({ kept }) => kept)) as KeptRows;
}

interface RequestFile {
  readonly requests: GivenRequests;
  readonly env?: Environment;
  readonly kept?: KeptRows;
}

async function requestFiles(): Promise<RequestFile[]> {
  const source = join(ROOT, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((at) => at.endsWith('.requests.ts'));
  return Promise.all(files.map((file) => import(join(source, file)) as Promise<RequestFile>));
}
