const INDEX = '/src/features/index.ts';

/** A rule: the application has this feature, from its line in src/features/index.ts on. */
export function exportModule(room) {
  return (tree) => {
    const file = `/${room}/${room}.module`;
    const [, name] = /^export class (\w+)/m.exec(tree.readText(`/src/features${file}.ts`)) ?? [];
    const line = `export { ${name} } from '.${file}.js';`;
    const lines = tree.readText(INDEX).split('\n').filter(Boolean);
    tree.overwrite(INDEX, `${[...new Set([...lines, line])].sort(byPath).join('\n')}\n`);
  };
}

const pathOf = (line) => /'(.+)'/.exec(line)?.[1] ?? '';
const byPath = (a, b) => (pathOf(a) < pathOf(b) ? -1 : 1);
