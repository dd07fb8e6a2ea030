import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../scripts/environment.ts';
import { atTheEnd } from './cleanup.ts';
import { onServerProcessor } from './machine.ts';
import { freePort } from '../scripts/port.ts';

export type Environment = Record<string, string>;

const LOGS = join(ROOT, '.cache', 'bench', 'logs');
const READY_WITHIN_MS = 30_000;
const PROBE = join(import.meta.dirname, 'probe.ts');

/** A process under measurement. Its log goes to a file: a pipe would make the bench do some of the work. */
export class Server {
  readonly name: string;
  readonly url: string;
  private readonly child: ChildProcess;
  private readonly log: string;

  private constructor(name: string, url: string, log: string, child: ChildProcess) {
    this.name = name;
    this.url = url;
    this.log = log;
    this.child = child;
  }

  /** Starts it and waits for its first answer. */
  static async start(name: string, entry: string, env: Environment, nodeOptions: string[] = []): Promise<Server> {
    mkdirSync(LOGS, { recursive: true });
    const log = join(LOGS, `${name}.log`);
    const output = openSync(log, 'w');
    const port = await freePort();
    const [command = '', ...args] = [...onServerProcessor, process.execPath, '--import', PROBE, ...nodeOptions, entry];
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(port), ...env },
      stdio: ['ignore', output, output, 'ipc'],
    });
    closeSync(output);
    const server = new Server(name, `http://127.0.0.1:${port}`, log, child);
    atTheEnd(() => server.stop());
    await server.ready();
    return server;
  }

  /** User and system time that it has used so far, in microseconds. */
  async processorTime(): Promise<number> {
    const { user, system } = await this.ask<NodeJS.CpuUsage>('processor time');
    return user + system;
  }

  /** The 99th percentile since the last question, in milliseconds. */
  eventLoopDelay(): Promise<number> {
    return this.ask('event-loop delay');
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  private async ask<T>(question: string): Promise<T> {
    const answer = once(this.child, 'message');
    this.child.send(question);
    const [told] = (await answer) as [T];
    return told;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await answers(`${this.url}/health/live`))) {
      if (this.hasEnded || Date.now() > deadline) {
        throw new Error(`${this.name} did not start: ${readFileSync(this.log, 'utf8')}`);
      }
      await sleep(20);
    }
  }
}

/** Whether it answers 200. */
export async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}
