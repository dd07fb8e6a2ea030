import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../harness/process.js';

const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' });
const scan = (repository: string, ...flags: string[]) =>
  spawnSync(process.execPath, [join(ROOT, 'scripts', 'secret-scan.ts'), repository, ...flags], { encoding: 'utf8' });

describe('the repository', () => {
  it('[R-103] #1 has no secret anywhere in its history, and would find one that was taken out again', () => {
    expect(scan(ROOT)).toMatchObject({ status: 0 });
    const planted = mkdtempSync(join(tmpdir(), 'aerie-'));
    const inPlanted = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: planted });
    inPlanted('init', '--quiet');
    writeFileSync(
      join(planted, 'key.ts'),
      `const token = '${['ghp', 'q7WmZ2xKd5PLm9RtVb3NcYh8Fj4Gs6Ta1Ue0'].join('_')}';\n`,
    );
    inPlanted('add', '.');
    expect(scan(planted, '--staged')).toMatchObject({ status: 1 });
    inPlanted('commit', '--quiet', '-m', 'plant');
    inPlanted('rm', '--quiet', 'key.ts');
    inPlanted('commit', '--quiet', '-m', 'remove');
    expect(scan(planted)).toMatchObject({ status: 1 });
    expect(scan(planted, '--staged')).toMatchObject({ status: 0 });
    rmSync(planted, { recursive: true });
  }, 60_000);

  it('[R-103] #2 ignores every file of settings but the example', () => {
    for (const file of ['.env', '.env.production', '.env.local']) {
      expect(git('check-ignore', file).trim()).toBe(file);
    }
    expect(git('ls-files', '.env*').trim()).toBe('.env.example');
  });

  it('[R-105] #2 ships neither tests nor types, and one library for passwords', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    const names = Object.keys(dependencies);
    expect(names.filter((name) => name.startsWith('@types/'))).toEqual([]);
    expect(names.filter((name) => /argon2|bcrypt/.test(name))).toEqual(['@node-rs/argon2']);
    const versions = Object.values({ ...dependencies, ...devDependencies });
    expect(versions.filter((version) => !/^\d/.test(version))).toEqual(['file:./schematics']);
    const { exclude, include } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.build.json'), 'utf8')) as {
      exclude: string[];
      include: string[];
    };
    expect(exclude).toContain('**/*spec.ts');
    expect(include).toEqual(['src', 'migrations']);
  });

  it('[R-106] #1 says of every probe how it stands, and points nowhere in vain', () => {
    const list = readFileSync(join(ROOT, 'docs', 'requirements', 'requirements.tsv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const page = readFileSync(join(ROOT, 'docs', 'requirements.md'), 'utf8');
    const probes = list.flatMap((row) => (row.split('\t')[4] ?? '').split(' || ')).length;
    expect(page.match(/^- \*\*(proven|pending|n\/a)\*\*/gm)).toHaveLength(probes);
    for (const [id] of list.map((row) => row.split('\t'))) expect(page).toContain(`### ${id} `);
    const dead = git('ls-files', '*.md')
      .trim()
      .split('\n')
      .flatMap((file) =>
        [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
          .filter(([, target = '']) => !existsSync(join(ROOT, dirname(file), target)))
          .map(([, target]) => `${file}: ${target}`),
      );
    expect(dead).toEqual([]);
  });

  it('knows each migration by its owner', () => {
    const owners = ['core', ...readdirSync(join(ROOT, 'src', 'features')).filter((name) => !name.includes('.'))];
    expect(owners.filter((one) => owners.some((other) => other.startsWith(`${one}-`)))).toEqual([]);
    for (const file of readdirSync(join(ROOT, 'migrations'))) {
      expect(file).toMatch(new RegExp(`^\\d{13}-(${owners.join('|')})-[a-z0-9-]+\\.ts$`));
    }
  });
});
