import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';

export const ROOT = dirname(import.meta.dirname);

const ENV_FILE = join(ROOT, '.env');
const HEADER = `# Settings of this machine, never committed. Every variable is explained in .env.example.\n`;
const PLACEHOLDERS: Record<string, () => string> = {
  changeme: () => randomBytes(48).toString('base64url'),
  'changeme-64-hex-digits': () => randomBytes(32).toString('hex'),
};

/** Reads `.env`, making it first if there is none, and sets what development takes for granted. */
export function prepareEnvironment(): void {
  const added = addMissingSecrets();
  if (added.length > 0) say(`generated ${added.join(', ')} in .env`);
  process.loadEnvFile(ENV_FILE);
  setDefault('NODE_ENV', 'development');
  if (process.env.NODE_ENV !== 'development') return;
  setDefault('DEMO_SEED', 'true');
  // No balancer has to notice, and Ctrl-C should be quick.
  setDefault('DRAIN_MS', '0');
  setDefault('LOG_FORMAT', process.stdout.isTTY ? 'pretty' : 'json');
}

/** Standard output belongs to the application's log. */
export function say(line: string): void {
  process.stderr.write(`aerie: ${line}\n`);
}

/** Runs a command of development; a failure is one line and exit code 1. */
export async function command(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    say(explain(thrown));
    process.exit(1);
  }
}

/** Every variable as the example has it: a secret has a placeholder there, and what may be missing is empty. */
export function exampleSettings(): NodeJS.Dict<string> {
  return parseEnv(readFileSync(join(ROOT, '.env.example'), 'utf8'));
}

/** @returns a random secret of the shape that its placeholder stands for */
export function secretLike(placeholder: string): string {
  const make = PLACEHOLDERS[placeholder];
  if (make === undefined) throw new Error('this is no secret');
  return make();
}

/** A file from before an upgrade may lack some. */
function addMissingSecrets(): string[] {
  const example = exampleSettings();
  const present = existsSync(ENV_FILE) ? parseEnv(readFileSync(ENV_FILE, 'utf8')) : undefined;
  const missing = Object.entries(example).flatMap(([name, placeholder = '']) => {
    const make = PLACEHOLDERS[placeholder];
    return make && !present?.[name] ? [{ name, value: make() }] : [];
  });
  const lines = missing.map(({ name, value }) => `${name}=${value}\n`).join('');
  if (present === undefined) writeFileSync(ENV_FILE, HEADER + lines, { mode: 0o600 });
  else if (lines !== '') appendFileSync(ENV_FILE, `\n${lines}`);
  return missing.map(({ name }) => name);
}

function setDefault(name: string, value: string): void {
  process.env[name] ||= value;
}

function explain(thrown: unknown): string {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || error.message.includes('No space left on device')) {
    return `the disk is full${path === undefined ? '' : ` (${path})`}: free some space and start again`;
  }
  if (code === 'EACCES' || code === 'EPERM') return `no permission for ${path ?? error.message}`;
  return error.message;
}
