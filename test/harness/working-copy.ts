import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { atTheEnd } from './cleanup.js';
import { ROOT } from './process.js';

/** How a command ended. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The files of this project as they are now, committed in a repository of their own, to be changed at will. */
export class WorkingCopy {
  constructor(readonly folder: string) {}

  /** Runs a command as somebody would who works there, on the database server of these tests. */
  async run(command: string, args: readonly string[]): Promise<Run> {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: {
        PATH: `${join(this.folder, 'node_modules', '.bin')}:${process.env.PATH}`,
        HOME: process.env.HOME,
        DATABASE_URL: process.env.TEST_SERVER_URL,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { status: child.exitCode, stdout, stderr };
  }

  /** Writes files, by their paths in the copy. */
  async write(files: readonly (readonly [path: string, text: string])[]): Promise<void> {
    for (const [path, text] of files) {
      await mkdir(dirname(join(this.folder, path)), { recursive: true });
      await writeFile(join(this.folder, path), text);
    }
  }

  /** The features that there are. */
  async features(): Promise<string[]> {
    const entries = await readdir(join(this.folder, 'src', 'features'), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  }

  /** Without its folder, its line and its migrations a feature is gone. */
  async cut(...features: string[]): Promise<void> {
    const index = join(this.folder, 'src', 'features', 'index.ts');
    const lines = (await readFile(index, 'utf8')).split('\n');
    await writeFile(index, lines.filter((line) => !features.some((one) => line.includes(`'./${one}/`))).join('\n'));
    const owned = (file: string) => features.some((one) => file.includes(`-${one}-`));
    for (const file of await readdir(join(this.folder, 'migrations'))) {
      if (owned(file)) await rm(join(this.folder, 'migrations', file));
    }
    for (const one of features) await rm(join(this.folder, 'src', 'features', one), { recursive: true });
  }

  /** @returns what differs from the first commit, to the byte, new files by their names */
  async changes(): Promise<string> {
    const outputs = [await this.run('git', ['status', '--porcelain', '-uall']), await this.run('git', ['diff'])];
    return outputs.map(({ stdout }) => stdout).join('');
  }
}

export async function copyWorkingTree(): Promise<WorkingCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'aerie-copy-'));
  atTheEnd(folder, () => rm(folder, { recursive: true, force: true }));
  const listed = execFileSync('git', ['ls-files', '-coz', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' });
  const files = listed.split('\0').filter((file) => file !== '' && existsSync(join(ROOT, file)));
  await Promise.all(files.map((file) => cp(join(ROOT, file), join(folder, file))));
  await linkModules(join(folder, 'node_modules'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: folder });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'copy');
  return new WorkingCopy(folder);
}

/** Else what it said is the best explanation. */
export function expectGreen({ status, stdout, stderr }: Run): void {
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
}

/** What is installed is borrowed; the generators are the copy's own. */
async function linkModules(modules: string): Promise<void> {
  const installed = join(ROOT, 'node_modules');
  await mkdir(join(modules, '@aerie'), { recursive: true });
  await symlink(join('..', '..', 'schematics'), join(modules, '@aerie', 'schematics'));
  const names = (await readdir(installed)).filter((name) => name !== '@aerie');
  await Promise.all(names.map((name) => symlink(join(installed, name), join(modules, name))));
}
