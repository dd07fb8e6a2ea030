import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectSchema } from 'joi';
import { format, resolveConfig } from 'prettier';
import { built, ensureBuild } from '../build.ts';
import { command, ROOT, say } from '../environment.ts';
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

/** `npm run sync` writes what is generated from the code; with `--check` it only says what differs. */
await command(async () => {
  await ensureBuild();
  const { previewApi } = await built<Preview>('src/preview.js');
  const document = await previewApi();
  const { declaredNamespaces, configurationSchema } = await built<Config>('src/core/config/define-config.js');
  const files: Record<string, string> = {
    '.env.example': renderEnvExample(declaredNamespaces(), configurationSchema()),
    'openapi.json': `${JSON.stringify(document, null, 2)}\n`,
    'docs/routes.md': await pretty('docs/routes.md', renderRoutes(document)),
    'docs/requirements.md': renderRequirements(),
  };
  const changed = Object.entries(files).filter(([file, content]) => current(file) !== content);
  if (process.argv.includes('--check')) refuse(changed.map(([file]) => file));
  for (const [file, content] of changed) writeFileSync(join(ROOT, file), content);
  say(changed.length > 0 ? `wrote ${changed.map(([file]) => file).join(', ')}` : 'everything is in step');
});

function current(file: string): string | undefined {
  const path = join(ROOT, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

async function pretty(filepath: string, content: string): Promise<string> {
  return format(content, { ...(await resolveConfig(join(ROOT, filepath))), filepath });
}

function refuse(files: readonly string[]): void {
  if (files.length > 0) throw new Error(`not in step with the code: ${files.join(', ')}. Run: npm run sync`);
}
