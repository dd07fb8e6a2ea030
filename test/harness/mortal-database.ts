import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { atTheEnd } from './cleanup.js';
import { AppProcess, PRODUCTION, ROOT } from './process.js';

/** A PostgreSQL server of the test's own, with the schema in it, that dies and comes back as told. */
export class MortalDatabase {
  private constructor(
    private readonly child: ChildProcess,
    private readonly answers: Interface,
    readonly url: string,
  ) {}

  static async start(): Promise<MortalDatabase> {
    const child = spawn(process.execPath, [join(ROOT, 'test', 'harness', 'mortal-server.mjs')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    atTheEnd(child, () => {
      const ended = once(child, 'exit');
      child.stdin.end();
      return ended;
    });
    const answers = createInterface({ input: child.stdout });
    const [url] = (await once(answers, 'line')) as [string];
    const migration = await AppProcess.spawn({ ...PRODUCTION, DATABASE_URL: url }, 'src/migrate.js', ['run']);
    expect(await migration.exit).toMatchObject({ code: 0 });
    return new MortalDatabase(child, answers, url);
  }

  /** Shuts it down: connections are refused. */
  stop(): Promise<void> {
    return this.tell('stop');
  }

  /** Starts it again, on the same port. */
  start(): Promise<void> {
    return this.tell('start');
  }

  /** Stops its processes (SIGSTOP): connections are accepted by the kernel, and nothing ever answers. */
  freeze(): Promise<void> {
    return this.tell('freeze');
  }

  thaw(): Promise<void> {
    return this.tell('thaw');
  }

  private async tell(word: string): Promise<void> {
    const done = once(this.answers, 'line');
    this.child.stdin?.write(`${word}\n`);
    await done;
  }
}
