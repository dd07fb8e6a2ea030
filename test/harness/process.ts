import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/port.js';
import { atTheEnd } from './cleanup.js';
import { type Environment, TEST_ENVIRONMENT } from './environment.js';

export const ROOT = join(import.meta.dirname, '..', '..');
const COMPILED = join(ROOT, '.cache', 'compiled');
/** Hundreds of them load the same modules. */
const NODE_COMPILE_CACHE = join(ROOT, '.cache', 'compile-cache');

/** What production needs beside the secrets of the tests. */
export const PRODUCTION: Environment = {
  ...TEST_ENVIRONMENT,
  NODE_ENV: 'production',
  LOG_LEVEL: 'info',
  APP_ORIGINS: 'https://app.example.org',
  DB_SSL_MODE: 'disable',
  // What is not about draining need not wait for it.
  DRAIN_MS: '0',
};

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of the application's own, to be killed and watched as an operator would. */
export class AppProcess {
  stdout = '';
  stderr = '';
  readonly exit: Promise<Exit>;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly port: number,
  ) {
    child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exit = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  }

  /** Starts the built entry point, or another one of the compiled tests, with exactly this environment. */
  static async spawn(env: Environment, entry = 'src/main.js', args: string[] = []): Promise<AppProcess> {
    const port = Number(env.PORT) || (await freePort());
    const child = spawn(process.execPath, [join(COMPILED, entry), ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE, PORT: String(port), HOST: '127.0.0.1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = new AppProcess(child, `http://127.0.0.1:${port}`, port);
    return atTheEnd(started, () => started.stop());
  }

  /** The same, up and answering. */
  static async serve(env: Environment, entry?: string): Promise<AppProcess> {
    const app = await AppProcess.spawn(env, entry);
    await app.until(() => app.listens());
    return app;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get exited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** The lines of its log. */
  get log(): Record<string, unknown>[] {
    const lines = this.stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it, if it has not ended yet. */
  async stop(): Promise<Exit> {
    if (!this.exited) this.kill('SIGKILL');
    return this.exit;
  }

  /** Waits for what will be so, asking often. @throws if the process ends, or 20 seconds pass, before */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!(await condition())) {
      if (this.exited) throw new Error(`The process ended: ${this.stderr}${this.stdout}`);
      if (Date.now() > deadline) throw new Error(`Waited in vain: ${this.stderr}${this.stdout}`);
      await sleep(20);
    }
  }

  /** Watches its port until it ends. @returns whether it ever accepted a connection */
  async everListens(): Promise<boolean> {
    let ever = false;
    while (!this.exited) {
      if (await this.listens()) ever = true;
      await sleep(20);
    }
    return ever;
  }

  /** Whether something accepts connections on its port. */
  async listens(): Promise<boolean> {
    const socket = connect(this.port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }
}

const TOKEN = 'abcdefghijklmnopqrstuvwxyz-0123456789-metrics';

/** How an operator's Prometheus reads a process. */
export const METRICS = {
  env: { METRICS_TOKEN: TOKEN },

  async read({ url }: { readonly url: string }): Promise<string> {
    const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(response.status).toBe(200);
    return response.text();
  },

  /** @returns the sum of all series of this name whose labels contain the text */
  async value(app: { readonly url: string }, name: string, labels = ''): Promise<number> {
    const lines = (await METRICS.read(app)).split('\n');
    return lines
      .filter((line) => new RegExp(`^${name}[ {]`).test(line) && line.includes(labels))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  },
};
