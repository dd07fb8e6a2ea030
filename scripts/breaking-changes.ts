import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { command, ROOT, say } from './environment.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
}
interface Content {
  readonly content?: Record<string, { readonly schema?: Schema }>;
}
interface Operation {
  readonly requestBody?: Content;
  readonly responses?: Record<string, Content>;
  readonly parameters?: readonly { readonly name: string; readonly required?: boolean }[];
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components?: { readonly schemas?: Record<string, Schema> };
}

/**
 * Compares the committed openapi.json with that of the newest release, or two files with each other:
 * `node scripts/breaking-changes.ts [old.json new.json]`. What would break a client fails.
 */
await command(async () => {
  const [oldFile, newFile = `${ROOT}/openapi.json`] = process.argv.slice(2);
  const released = oldFile === undefined ? lastRelease() : readFileSync(oldFile, 'utf8');
  if (released === undefined) return say('no release yet, so nothing to break');
  const current = JSON.parse(readFileSync(newFile, 'utf8')) as Document;
  const broken = breakingChanges(JSON.parse(released) as Document, current);
  if (broken.length > 0) throw new Error(`the API would break its clients:\n${broken.join('\n')}`);
  say('the API breaks no client');
  return Promise.resolve();
});

function lastRelease(): string | undefined {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  const tag = git('describe', '--tags', '--abbrev=0', '--match', 'v*');
  return tag.status === 0 ? git('show', `${tag.stdout.trim()}:openapi.json`).stdout : undefined;
}

function breakingChanges(before: Document, after: Document): string[] {
  return Object.entries(before.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, old]) => {
      const name = `${method.toUpperCase()} ${path}`;
      const now = after.paths[path]?.[method];
      if (now === undefined) return [`${name} is gone`];
      return [
        ...newlyRequired(name, old, now),
        ...inRequests(name, bodyOf(old.requestBody), bodyOf(now.requestBody), before, after),
        ...Object.entries(old.responses ?? {})
          .filter(([status]) => status.startsWith('2'))
          .flatMap(([status, response]) =>
            inResponses(`${name} ${status}`, bodyOf(response), bodyOf(now.responses?.[status]), before, after),
          ),
      ];
    }),
  );
}

function newlyRequired(name: string, old: Operation, now: Operation): string[] {
  const known = new Set((old.parameters ?? []).filter(({ required }) => required).map((parameter) => parameter.name));
  return (now.parameters ?? [])
    .filter((parameter) => parameter.required && !known.has(parameter.name))
    .map((parameter) => `${name}: parameter ${parameter.name} has become required`);
}

/** Clients send what they sent before: no field may vanish (it would be refused), none become required. */
function inRequests(name: string, old: Schema, now: Schema, before: Document, after: Document): string[] {
  const [was, is] = [resolve(old, before), resolve(now, after)];
  const required = (is.required ?? []).filter((field) => !(was.required ?? []).includes(field));
  return [
    ...required.map((field) => `${name}: ${field} has become required`),
    ...compareFields(name, was, is, (at, a, b) => inRequests(at, a, b, before, after)),
  ];
}

/** Clients read what they read before: no field may vanish, change its type or become optional. */
function inResponses(name: string, old: Schema, now: Schema, before: Document, after: Document): string[] {
  const [was, is] = [resolve(old, before), resolve(now, after)];
  const optional = (was.required ?? []).filter((field) => is.properties?.[field] && !is.required?.includes(field));
  return [
    ...optional.map((field) => `${name}: ${field} has become optional`),
    ...compareFields(name, was, is, (at, a, b) => inResponses(at, a, b, before, after)),
  ];
}

function compareFields(
  name: string,
  was: Schema,
  is: Schema,
  deeper: (name: string, was: Schema, is: Schema) => string[],
): string[] {
  if (was.type !== is.type) return [`${name}: was ${was.type ?? 'nothing'} and is ${is.type ?? 'nothing'}`];
  const items = was.items && is.items ? deeper(`${name}[]`, was.items, is.items) : [];
  const fields = Object.entries(was.properties ?? {}).flatMap(([field, schema]) => {
    const now = is.properties?.[field];
    return now === undefined ? [`${name}: ${field} is gone`] : deeper(`${name}.${field}`, schema, now);
  });
  return [...items, ...fields];
}

function bodyOf(content: Content | undefined): Schema {
  return content?.content?.['application/json']?.schema ?? {};
}

function resolve(schema: Schema, document: Document): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (document.components?.schemas?.[name] ?? {});
}
