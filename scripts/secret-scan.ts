import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { spawnSync } from 'node:child_process';
import { command, say } from './environment.ts';

// What the preset does not know: assignments of long random values to names that sound secret.
const ASSIGNED =
  /^\+.*\b[A-Z_]*(?:SECRET|PASSWORD|TOKEN|PRIVATE_KEY)[A-Z_]*\s*[=:]\s*["']?[A-Za-z0-9+/_-]{40,}["']?\s*$/m;
// A server on this machine is reached by nobody else: its address in a test is no secret.
const LOOPBACK = {
  id: '@secretlint/secretlint-rule-database-connection-string',
  options: { allows: ['/@(127\\.0\\.0\\.1|localhost)/'] },
};
const PRESET = { id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, rules: [LOOPBACK] };
const MAX_BUFFER = 512 * 1024 * 1024;
const BUT_LOCKFILE = ['--', '.', ':!package-lock.json'];
const STAGED = '--staged';

interface Patch {
  readonly name: string;
  readonly patch: string;
}

/**
 * Looks for secrets in everything that was ever committed, or in what is about to be:
 * `node scripts/secret-scan.ts [repository] [--staged]`.
 */
await command(async () => {
  const [repository = '.'] = process.argv.slice(2).filter((argument) => argument !== STAGED);
  const [where, patches] = process.argv.includes(STAGED)
    ? ['what is staged', staged(repository)]
    : ['the history', history(repository)];
  const found: string[] = [];
  for (const { name, patch } of patches) {
    const result = await lintSource({
      source: { content: patch, filePath: `${name}.patch`, ext: '.patch', contentType: 'text' },
      options: { config: { rules: [PRESET] } },
    });
    const messages = result.messages.map(({ ruleId, message }) => `${ruleId} ${message.split('\n', 1)[0] ?? ''}`);
    if (ASSIGNED.test(patch)) messages.push('a random value is assigned to a secret');
    found.push(...messages.map((message) => `${name}: ${message}`));
  }
  if (found.length > 0) throw new Error(`there are secrets in ${where}:\n${found.join('\n')}`);
  say(`no secret in ${where}`);
});

/** What each commit added. */
function history(repository: string): Patch[] {
  return git(repository, 'log', '--all', '--no-color', '--format=%x00%h', '-p', '-U0', ...BUT_LOCKFILE)
    .split('\0')
    .slice(1)
    .map((entry) => {
      const end = entry.indexOf('\n');
      return { name: `commit ${entry.slice(0, end)}`, patch: added(entry.slice(end)) };
    });
}

function staged(repository: string): Patch[] {
  return [{ name: 'staged', patch: added(git(repository, 'diff', '--cached', '--no-color', '-U0', ...BUT_LOCKFILE)) }];
}

function added(diff: string): string {
  return diff
    .split('\n')
    .filter((line) => line.startsWith('+'))
    .join('\n');
}

function git(repository: string, ...args: string[]): string {
  const { stdout, status, stderr } = spawnSync('git', ['-C', repository, ...args], {
    encoding: 'utf8',
    maxBuffer: MAX_BUFFER,
  });
  if (status !== 0) throw new Error(`git ${args[0]} failed: ${stderr}`);
  return stdout;
}
