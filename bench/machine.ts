import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';

const GIB = 2 ** 30;
const processors = allowedProcessors();
const [serverProcessor, ...otherProcessors] = processors;

/** Whether server and load have processors of their own here. */
export const canPin = otherProcessors.length > 0;

/** Starts a server on the one processor that is the server's; what else the bench starts inherits the others. */
export const onServerProcessor = canPin ? ['taskset', '-c', String(serverProcessor)] : [];

/** Keeps the bench, the load that it makes and the PostgreSQL that it starts away from the server. */
export const leaveServerProcessor = (): void => moveTo(otherProcessors);

/** Gives back what `leaveServerProcessor` took. */
export const useAllProcessors = (): void => moveTo(processors);

/** In milliseconds, on a clock that all processes of the machine have. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

export function describeMachine() {
  const all = cpus();
  return {
    processor: `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / GIB),
    system: `${platform()} ${arch()} ${release()}`,
    node: process.version,
    pinning: canPin
      ? `server on processor ${serverProcessor}, load and PostgreSQL on ${otherProcessors.join(', ')}`
      : 'none: server, load and PostgreSQL share the processors',
  };
}

/** @returns none where they cannot be chosen */
function allowedProcessors(): number[] {
  if (platform() !== 'linux' || spawnSync('taskset', ['--version']).status !== 0) return [];
  const list = /^Cpus_allowed_list:\s+(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [from = NaN, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

function moveTo(chosen: readonly number[]): void {
  if (!canPin) return;
  const { status, stderr } = spawnSync('taskset', ['-acp', chosen.join(','), String(process.pid)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`taskset failed: ${stderr}`);
}
