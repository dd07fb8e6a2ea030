// What there can be one of in an application, by how it is written.
const DECLARATIONS = {
  'the table': /\bCREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?"?(\w+)/g,
  'the class': /^export (?:abstract )?class (\w+)/gm,
  'the configuration': /\bdefineConfig\(\s*'([^']+)'/g,
  'the variable': /\b(?:env|optionalEnv|secretEnv)\(\s*'(\w+)'/g,
  'the error code': /\bdefineError\(\s*'\w+',\s*'(\w+)'/g,
  'the event': /\bdefineEvent\(\s*'([^']+)'/g,
  'the route': /^@Controller\(\s*'([^']+)'/gm,
};
const IMPORTS = /^import (?:type )?\{([^}]*)\}/gm;
const TOP_LEVEL = /^(?:export )?(?:abstract )?(?:class|const|function|interface|type) (\w+)/gm;

/** @returns every source in a tree or a folder of it, but for specs */
export function textsIn(folder) {
  const texts = [];
  folder.visit((path, entry) => {
    if (!path.endsWith('spec.ts')) texts.push({ path: path.slice(1), text: entry.content.toString() });
  });
  return texts;
}

/** @returns what a source declares that may be there once only */
export function declarationsOf({ path, text }) {
  return Object.entries(DECLARATIONS).flatMap(([kind, pattern]) =>
    [...text.matchAll(pattern)].map(([, name]) => ({ kind, name, path })),
  );
}

/** @returns the names that a source imports and declares, one as often as it does */
export function bindingsOf(text) {
  const imported = [...text.matchAll(IMPORTS)].flatMap(([, list]) => list.split(',').map(nameOf).filter(Boolean));
  return [...imported, ...[...text.matchAll(TOP_LEVEL)].map(([, name]) => name)];
}

const nameOf = (specifier) =>
  specifier
    .trim()
    .replace(/^type /, '')
    .split(' as ')
    .at(-1);
