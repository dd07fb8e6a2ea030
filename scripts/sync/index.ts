import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectSchema } from 'joi';
import { format, resolveConfig } from 'prettier';
import { built, ensureBuild } from '../build.ts';
import { command, ROOT, say } from '../environment.ts';
import { oneAtATime } from '../lock.ts';
import { renderPackage } from './commands.ts';
import { type Namespaces, renderEnvExample } from './env-example.ts';
import { renderRequirements } from './requirements.ts';
import { renderRoutes } from './routes.ts';

interface Preview {
  readonly previewApi: () => Promise<Parameters<typeof renderRoutes>[0]>;
}
interface Config {
  readonly declaredNamespaces: () => Namespaces;
  readonly configurationSchema: () => ObjectSchema;
}

const onlyCheck = process.argv.includes('--check');

/** `npm run sync` writes what is generated from the code; with `--check` it only says what differs. */
await command(async () => {
  await oneAtATime(ensureBuild);
  const { previewApi } = await built<Preview>('src/preview.js');
  const document = await previewApi();
  const { declaredNamespaces, configurationSchema } = await built<Config>('src/core/config/define-config.js');
  const files: Record<string, () => string | Promise<string>> = {
    'package.json': () => renderPackage(),
    '.env.example': () => renderEnvExample(declaredNamespaces(), configurationSchema()),
    'openapi.json': () => `${JSON.stringify(document, null, 2)}\n`,
    'docs/routes.md': () => pretty('docs/routes.md', renderRoutes(document)),
    'docs/requirements.md': () => renderRequirements(),
  };
  const changed: string[] = [];
  for (const [file, render] of Object.entries(files)) {
    const content = await render();
    if (current(file) === content) continue;
    if (!onlyCheck) writeFileSync(join(ROOT, file), content);
    changed.push(file);
  }
  const list = changed.join(', ');
  if (onlyCheck && changed.length > 0) throw new Error(`not in step with the code: ${list}. Run: npm run sync`);
  say(changed.length > 0 ? `wrote ${list}` : 'the generated files are in step');
});

function current(file: string): string | undefined {
  const path = join(ROOT, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

async function pretty(filepath: string, content: string): Promise<string> {
  return format(content, { ...(await resolveConfig(join(ROOT, filepath))), filepath });
}
