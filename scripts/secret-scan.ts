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

/** Looks for secrets in everything that was ever committed: `node scripts/secret-scan.ts [repository]`. */
await command(async () => {
  const repository = process.argv[2] ?? '.';
  const found: string[] = [];
  for (const { commit, patch } of history(repository)) {
    const result = await lintSource({
      source: { content: patch, filePath: `${commit}.patch`, ext: '.patch', contentType: 'text' },
      options: { config: { rules: [PRESET] } },
    });
    const messages = result.messages.map(({ ruleId, message }) => `${ruleId} ${message.split('\n', 1)[0] ?? ''}`);
    if (ASSIGNED.test(patch)) messages.push('a random value is assigned to a secret');
    found.push(...messages.map((message) => `commit ${commit}: ${message}`));
  }
  if (found.length > 0) throw new Error(`there are secrets in the history:\n${found.join('\n')}`);
  say('no secret in the history');
});

/** What each commit added. */
function history(repository: string): { commit: string; patch: string }[] {
  const { stdout, status, stderr } = spawnSync(
    'git',
    ['-C', repository, 'log', '--all', '--no-color', '--format=%x00%h', '-p', '-U0', '--', '.', ':!package-lock.json'],
    { encoding: 'utf8', maxBuffer: MAX_BUFFER },
  );
  if (status !== 0) throw new Error(`git log failed: ${stderr}`);
  return stdout
    .split('\0')
    .slice(1)
    .map((entry) => {
      const end = entry.indexOf('\n');
      const added = entry
        .slice(end)
        .split('\n')
        .filter((line) => line.startsWith('+'));
      return { commit: entry.slice(0, end), patch: added.join('\n') };
    });
}
