import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

/** A rule: what was made or changed so far looks as everything here does. */
export function formatTouched() {
  return async (tree) => {
    for (const path of touchedIn(tree)) tree.overwrite(path, await pretty(path, tree.readText(path)));
  };
}

/** @returns the sources that rules before this one made or changed */
export function touchedIn(tree) {
  const paths = tree.actions.filter(({ kind }) => kind !== 'd').map(({ path }) => path);
  return [...new Set(paths)].filter((path) => path.endsWith('.ts'));
}

async function pretty(path, text) {
  const filepath = join(process.cwd(), path);
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}
