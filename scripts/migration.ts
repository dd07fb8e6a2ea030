import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { built, ensureBuild } from './build.ts';
import { ensureDatabase } from './database.ts';
import { command, prepareEnvironment, ROOT, say } from './environment.ts';
import { oneAtATime } from './lock.ts';

interface Migrate {
  readonly main: (name: string, owner?: string) => Promise<void>;
  readonly migrate: () => Promise<string[]>;
  readonly compareSchema: () => Promise<{ up: readonly string[]; down: readonly string[] }>;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const USAGE =
  'usage: npm run migration:new|generate -- OWNER NAME, where OWNER is core or a feature: bookings add-seats';

const WARNING = `// Generated: read it before you run it. A column that changes is dropped and added again, which loses its data:
// write ALTER COLUMN instead.
`;

const [verb = '', owner = '', name = ''] = process.argv.slice(2);

await command(async () => {
  if (verb === 'new') return write('', ['-- what changes'], ['-- how to take it back']);
  prepareEnvironment();
  const [database] = await oneAtATime(() => Promise.all([ensureDatabase(), ensureBuild()]));
  try {
    const migrate = await built<Migrate>('src/migrate.js');
    if (verb === 'generate') await generate(migrate);
    else await migrate.main(verb, owner || undefined);
  } finally {
    await database.stop();
  }
});

/** Writes what the entities say and the migrations do not, for you to read and to shorten. */
async function generate({ migrate, compareSchema }: Migrate): Promise<void> {
  await migrate();
  const { up, down } = await compareSchema();
  if (up.length === 0) return say('the entities say nothing that the migrations do not');
  write(WARNING, up, down.toReversed());
}

function write(note: string, up: readonly string[], down: readonly string[]): void {
  if (!NAME.test(owner) || !NAME.test(name)) throw new Error(USAGE);
  if (owner !== 'core' && !existsSync(join(ROOT, 'src', 'features', owner))) {
    throw new Error(`there is no feature "${owner}" in src/features`);
  }
  const at = Date.now();
  const file = join('migrations', `${at}-${owner}-${name}.ts`);
  writeFileSync(join(ROOT, file), note + source(className(`${owner}-${name}`) + at, up, down));
  say(`wrote ${file}`);
}

function className(words: string): string {
  return words.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

function source(name: string, up: readonly string[], down: readonly string[]): string {
  const statements = (list: readonly string[]) => `\`\n${list.map((one) => `      ${one}`).join(';\n')}\n    \``;
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${name} implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(${statements(up)});
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(${statements(down)});
  }
}
`;
}
