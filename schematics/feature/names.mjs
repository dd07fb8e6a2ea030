import pluralize from 'pluralize';

/** What the parts of a feature are called: the room as it was asked for, the thing in the singular, its table in the plural. */
export function namesOf(name) {
  const thing = pluralize.singular(name);
  const things = pluralize.plural(name);
  return {
    room: name,
    Room: pascal(name),
    roomConfig: `${camel(name)}Config`,
    thing,
    Thing: pascal(thing),
    alias: camel(thing),
    code: snake(thing).toUpperCase(),
    things,
    Things: pascal(things),
    service: camel(things),
    table: snake(things),
    variable: `${snake(things).toUpperCase()}_PER_ORGANIZATION`,
    aThing: words(thing),
    someThings: words(things),
  };
}

export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const pascal = (name) => name.split('-').map(sentence).join('');
const camel = (name) => name.replace(/-(.)/g, (_match, letter) => letter.toUpperCase());
const snake = (name) => name.replaceAll('-', '_');
const words = (name) => name.replaceAll('-', ' ');
