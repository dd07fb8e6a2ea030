import { runInNewContext, Script } from 'node:vm';
import { bindingsOf, declarationsOf, textsIn } from './declarations.mjs';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
// PostgreSQL cuts names after 63 bytes, and the longest of a table is table_organization_id_created_at_id_idx.
const MAX_LENGTH = 63 - '_organization_id_created_at_id_idx'.length;
const GLOBALS = new Set(runInNewContext('Object.getOwnPropertyNames(globalThis)'));

/** @returns why nothing can be called that, in one line, or undefined */
export function refusalOfName({ name, path }) {
  if (name === undefined || name === '') return 'say what the feature is called: npx nest g feature invoices';
  if (path) return `a feature has one name and no path: what is "${path}"?`;
  const isName = typeof name === 'string' && NAME.test(name);
  return isName ? undefined : `"${name}" is no name for a feature: write it in kebab-case, as price-lists`;
}

/** @returns why there can be no such feature here, in one line, or undefined */
export function refusalOf({ tree, names, templates, files }) {
  const { room, table } = names;
  if (table.length > MAX_LENGTH) return `the table ${table} would need a name of at most ${MAX_LENGTH} characters`;
  if (!isEmpty(tree.getDir(`/src/features/${room}`))) return `src/features/${room} is there already`;
  const relative = relativeOf(tree, room);
  if (relative) return `${relative} and ${room} begin alike, and nobody could tell their migrations apart`;
  const migration = tree.getDir('/migrations').subfiles.find((file) => file.slice(14).startsWith(`${room}-`));
  if (migration) return `there is a migration of ${room} already: migrations/${migration}`;
  const twin = declaredTwice(tree, files);
  if (twin) return `${twin.kind} ${twin.name} exists already, in ${twin.path}: choose another name than ${room}`;
  const word = wordTaken(names, templates, files);
  return word && `${word} means something else in the code of a feature: choose another name than ${room}`;
}

function isEmpty({ subdirs, subfiles }) {
  return subdirs.length + subfiles.length === 0;
}

/** price-lists-add-tax would be of price too. */
function relativeOf(tree, room) {
  const rooms = ['core', ...tree.getDir('/src/features').subdirs];
  return rooms.find((other) => other.startsWith(`${room}-`) || room.startsWith(`${other}-`));
}

/** Words that the templates use otherwise: of JavaScript and SQL, or imported. */
function wordTaken({ Thing, service, table }, templates, files) {
  const used = new Set(textsIn(templates).flatMap(({ text }) => text.replace(/<%.*?%>/g, '_').match(/\w+/g)));
  const sql = table.toUpperCase();
  const reserved = [Thing, sql].find((word) => used.has(word) || GLOBALS.has(word));
  return reserved ?? (isReserved(service) ? service : textsIn(files).flatMap(({ text }) => boundTwice(text))[0]);
}

function boundTwice(text) {
  return bindingsOf(text).filter((name, index, all) => all.indexOf(name) !== index);
}

function isReserved(word) {
  try {
    return !new Script(`'use strict'; let ${word};`);
  } catch {
    return true;
  }
}

function declaredTwice(tree, files) {
  const own = new Set(textsIn(files).flatMap(declarationsOf).map(keyOf));
  const known = ['/migrations', '/src'].flatMap((folder) => textsIn(tree.getDir(folder)).flatMap(declarationsOf));
  return known.find((declaration) => own.has(keyOf(declaration)));
}

const keyOf = ({ kind, name }) => `${kind} ${name}`;
