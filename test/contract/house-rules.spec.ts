import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lint } from '../harness/lint.js';
import { ROOT } from '../harness/process.js';

// Names of files that exist, so that typed rules apply; the text is planted.
const SERVICE = 'src/core/identity/users.service.ts';
const SPEC = 'src/core/health/health.e2e-spec.ts';

const PLANTED = {
  processEnv: { file: SERVICE, text: `export const port = process.env.PORT;\n` },
  processEnvInConfig: { file: 'src/core/config/rules.ts', text: `export const port = process.env.PORT;\n` },
  nodeEnv: { file: SERVICE, text: `export const is = (config: { NODE_ENV: string }) => config.NODE_ENV === 'test';\n` },
  floating: { file: SERVICE, text: `const work = async () => Promise.resolve();\nwork();\n` },
  misused: { file: SERVICE, text: `[1].forEach(async () => { await Promise.resolve(); });\n` },
  returnAwait: {
    file: SERVICE,
    text: `export async function f() { try { return Promise.resolve(1); } catch { return 2; } }\n`,
  },
  console: { file: SERVICE, text: `console.log('hello');\n` },
  dataSource: {
    file: SERVICE,
    text: `import { DataSource } from 'typeorm';\nexport const own = new DataSource({ type: 'postgres' });\n`,
  },
  rejectUnauthorized: { file: SERVICE, text: `export const ssl = { rejectUnauthorized: false };\n` },
  rejectUnauthorizedInCore: {
    file: 'src/core/database/data-source-options.ts',
    text: `export const ssl = { rejectUnauthorized: false };\n`,
  },
  synchronize: { file: 'src/core/database/connect.ts', text: `export const options = { synchronize: true };\n` },
  interpolation: {
    file: SERVICE,
    text: `import type { DataSource } from 'typeorm';
export const find = (dataSource: DataSource, id: string): Promise<unknown> =>
  dataSource.query(\`SELECT * FROM users WHERE id = '\${id}'\`);\n`,
  },
  concatenation: {
    file: SERVICE,
    text: `import type { DataSource } from 'typeorm';
export const find = (dataSource: DataSource, id: string): Promise<unknown> =>
  dataSource.query('SELECT * FROM users WHERE id = ' + id);\n`,
  },
  sync: {
    file: SERVICE,
    text: `import { readFileSync, statSync } from 'node:fs';\nexport const all = () => [readFileSync('a'), statSync('b')];\n`,
  },
  syncByName: { file: SERVICE, text: `import fs from 'node:fs';\nexport const read = () => fs.readFileSync('a');\n` },
  syncInConfig: {
    file: 'src/core/config/rules.ts',
    text: `import { readFileSync } from 'node:fs';\nexport const read = () => readFileSync('a');\n`,
  },
  replacedMethod: {
    file: SERVICE,
    text: `export const spy = (res: { send: () => void }) => { res.send = () => undefined; };\n`,
  },
  fetch: { file: SERVICE, text: `export const ask = () => fetch('https://example.org');\n` },
  fetchPassedOn: { file: SERVICE, text: `export const ask = fetch;\n` },
  fetchOfGlobal: { file: SERVICE, text: `export const ask = () => globalThis.fetch('https://example.org');\n` },
  webSocket: { file: SERVICE, text: `export const socket = new WebSocket('wss://example.org');\n` },
  http: { file: SERVICE, text: `import { request } from 'node:http';\nexport const ask = request;\n` },
  https: { file: SERVICE, text: `import https from 'https';\nexport const ask = https;\n` },
  net: { file: SERVICE, text: `import * as net from 'node:net';\nexport const open = net;\n` },
  tls: { file: SERVICE, text: `import { connect as open } from 'node:tls';\nexport { open };\n` },
  dgram: { file: SERVICE, text: `export const udp = () => import('node:dgram');\n` },
  undici: { file: SERVICE, text: `export { request } from 'undici';\n` },
  axios: { file: SERVICE, text: `import axios from 'axios';\nexport const ask: unknown = axios;\n` },
  fetchInDatabase: { file: 'src/core/database/connect.ts', text: `export const ask = () => fetch('a');\n` },
  undiciInOutbound: {
    file: 'src/core/outbound/upstream-client.ts',
    text: `import { Agent } from 'undici';\nexport const agent = new Agent();\n`,
  },
  fetchInSpec: { file: SPEC, text: `export const ask = () => fetch('https://example.org');\n` },
  fetchInSpecOfDatabase: {
    file: 'src/core/database/tls.e2e-spec.ts',
    text: `export const ask = () => fetch('https://example.org');\n`,
  },
  networkTypes: {
    file: SERVICE,
    text: `import type { Agent } from 'node:https';
import { isIP, type Socket } from 'node:net';
export const of = (agent: Agent, socket: Socket) => [agent, isIP(socket.remoteAddress ?? '')];\n`,
  },
  methodFetch: { file: SERVICE, text: `export const of = (mail: { fetch: () => string }) => mail.fetch();\n` },
  isOptional: {
    file: SERVICE,
    text: `import { IsOptional as Maybe } from 'class-validator';\nexport class Draft { @Maybe() title?: string; }\n`,
  },
  partialType: {
    file: SERVICE,
    text: `import { PartialType } from '@nestjs/swagger';
class Draft { title: string; }
export class UpdateDraft extends PartialType(Draft) {}\n`,
  },
  partialTypeWithoutNull: {
    file: SERVICE,
    text: `import { PartialType } from '@nestjs/swagger';
class Draft { title: string; }
export class UpdateDraft extends PartialType(Draft, { skipNullProperties: false }) {}\n`,
  },
  any: { file: SERVICE, text: `export const actorOf = (request: object) => (request as any).actor as string;\n` },
  coreToFeatures: { file: SERVICE, text: `import '../../features/index.js';\n` },
  coreToApp: { file: SERVICE, text: `import '../../bootstrap.js';\n` },
  sourceToTest: { file: SERVICE, text: `import '../../../test/harness/app.js';\n` },
  specToTest: { file: SPEC, text: `import '../../../test/harness/app.js';\n` },
  migrationToSource: {
    file: 'migrations/1763700000000-core-identity.ts',
    text: `import '../src/core/identity/user.entity.js';\n`,
  },
} as const;

type Name = keyof typeof PLANTED;

describe('the house rules', () => {
  let found: Record<Name, string[]>;
  beforeAll(() => {
    found = lint(PLANTED);
  }, 60_000);

  const rules = (name: Name) => found[name].map((message) => message.split(':')[0]);

  it('[R-01] #3 keep process.env in core/config', () => {
    expect(rules('processEnv')).toContain('no-restricted-syntax');
    expect(found.processEnvInConfig).toEqual([]);
    expect(sources().filter((file) => /process\.env/.test(read(file)))).toEqual([
      'src/core/config/environment-reader.ts',
    ]);
  });

  it('[R-02] #4 know no fallback for a secret', () => {
    const fallback = /(SECRET|KEY|PASSWORD|TOKEN)\w*['")\]]*\s*(\|\||\?\?)\s*['"`]/;
    expect(fallback.test(`process.env.JWT_SECRET || 'dev'`)).toBe(true);
    expect(sources().filter((file) => fallback.test(read(file)))).toEqual([]);
  });

  it('[R-110] #1 let nothing on the way of a request block the process', () => {
    expect(rules('sync')).toEqual(['no-restricted-syntax', 'no-restricted-syntax']);
    expect(rules('syncByName')).toEqual(['no-restricted-syntax']);
    expect(found.syncInConfig).toEqual([]);
  });

  it('[R-90] #1 replace no method of an answer', () => {
    expect(rules('replacedMethod')).toEqual(['no-restricted-syntax']);
    expect(sources().filter((file) => /res\.(json|send|end)\s*=[^=>]/.test(read(file)))).toEqual([]);
  });

  it('[R-05] #2 compare the environment by name in core/config only', () => {
    expect(rules('nodeEnv')).toContain('no-restricted-syntax');
    expect(sources().filter((file) => /NODE_ENV\s*===/.test(read(file)))).toEqual([]);
  });

  it('[R-11] #1 let no promise float', () => {
    expect(rules('floating')).toContain('@typescript-eslint/no-floating-promises');
    expect(rules('misused')).toContain('@typescript-eslint/no-misused-promises');
    expect(rules('returnAwait')).toContain('@typescript-eslint/return-await');
  });

  it('[R-13] #2 forbid the console', () => {
    expect(rules('console')).toContain('no-console');
  });

  it('[R-24] #1 open the database in core/database only', () => {
    expect(rules('dataSource')).toContain('no-restricted-syntax');
    const opens = sources().filter((file) => /new (DataSource|Pool|Client)\(/.test(read(file)));
    expect(opens.every((file) => file.startsWith('src/core/database/'))).toBe(true);
  });

  it('[R-25] #2 turn no certificate check off', () => {
    expect(rules('rejectUnauthorized')).toContain('no-restricted-syntax');
    expect(rules('rejectUnauthorizedInCore')).toContain('no-restricted-syntax');
    expect(sources().filter((file) => /rejectUnauthorized:\s*false/.test(read(file)))).toEqual([]);
  });

  it('[R-27] leave the schema to migrations', () => {
    expect(rules('synchronize')).toContain('no-restricted-syntax');
    expect(sources().filter((file) => /synchronize:\s*true/.test(read(file)))).toEqual([]);
  });

  it('[R-32] #2 put no value into the text of a statement', () => {
    expect(rules('interpolation')).toContain('no-restricted-syntax');
    expect(rules('concatenation')).toContain('no-restricted-syntax');
    expect(sources().filter((file) => /\.query\(\s*`[^`]*\$\{/.test(read(file)))).toEqual([]);
  });

  it('[R-34] #3 [R-104] cast no request to any', () => {
    expect(rules('any')).toContain('@typescript-eslint/no-explicit-any');
    expect(sources().filter((file) => /\b(req|request|socket) as any\b/.test(read(file)))).toEqual([]);
  });

  it('call other services in core/outbound only', () => {
    for (const name of ['fetch', 'fetchPassedOn', 'fetchOfGlobal', 'webSocket', 'fetchInDatabase'] as const) {
      expect({ name, rules: rules(name) }).toMatchObject({ rules: ['no-restricted-globals'] });
    }
    for (const name of ['http', 'https', 'net', 'tls', 'dgram', 'undici', 'axios'] as const) {
      expect({ name, rules: rules(name) }).toMatchObject({ rules: ['no-restricted-syntax'] });
    }
    for (const name of [
      'undiciInOutbound',
      'fetchInSpec',
      'fetchInSpecOfDatabase',
      'networkTypes',
      'methodFetch',
    ] as const) {
      expect({ name, found: found[name] }).toEqual({ name, found: [] });
    }
  });

  it('let no null through where a field may be left out', () => {
    expect(rules('isOptional')).toEqual(['no-restricted-syntax']);
    expect(rules('partialType')).toEqual(['no-restricted-syntax']);
    expect(found.partialTypeWithoutNull).toEqual([]);
  });

  it('let imports go only where the house has a door', () => {
    for (const name of ['coreToFeatures', 'coreToApp', 'sourceToTest', 'migrationToSource'] as const) {
      expect({ name, rules: rules(name) }).toMatchObject({ rules: ['boundaries/dependencies'] });
    }
    expect(found.specToTest).toEqual([]);
  });
});

describe('the compiler', () => {
  it('[R-104] #1 is strict', () => {
    const { compilerOptions } = JSON.parse(read('tsconfig.json')) as { compilerOptions: Record<string, unknown> };
    expect(compilerOptions).toMatchObject({ strict: true, noUncheckedIndexedAccess: true });
    expect(read('eslint.config.mjs')).toContain(`'@typescript-eslint/no-explicit-any': 'error'`);
  });

  it('[R-104] #2 refuses to read a field that the actor does not have', () => {
    const folder = mkdtempSync(join(ROOT, 'test', 'planted-'));
    try {
      writeFileSync(
        join(folder, 'planted.ts'),
        `import type { FastifyRequest } from 'fastify';
import '../../src/core/access/access.guard.js';
export const undeclared = (request: FastifyRequest) => request.actor?.isSuperuser;\n`,
      );
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({ extends: '../../tsconfig.json', compilerOptions: { noEmit: true }, include: ['.'] }),
      );
      const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
      const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
      expect(status).not.toBe(0);
      expect(stdout).toContain(`Property 'isSuperuser' does not exist on type 'Actor'`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});

function sources(): string[] {
  return readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('spec.ts'))
    .map((file) => `src/${file}`);
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
