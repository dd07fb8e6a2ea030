import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../scripts/environment.ts';
import { startAerie, type Store } from './aerie.ts';
import { load } from './load.ts';
import type { Effort } from './measurement.ts';
import { signUp } from './visitor.ts';

/** As `node --cpu-prof` writes it. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
}

const FOLDER = join(ROOT, '.cache', 'bench', 'profiles');
const PATHS: Record<string, string> = { me: '/v1/users/me', live: '/health/live' };
const TOP = 40;

/** Where Aerie spends its time: the functions and the packages with the most time of their own. */
export async function profile(name: string, { warmUpSeconds }: Effort, store: Store): Promise<string[]> {
  const path = PATHS[name];
  if (path === undefined) throw new Error(`there is a profile of ${Object.keys(PATHS).join(' or ')}`);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const server = await startAerie(store, { nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${FOLDER}`] });
  const { headers } = await signUp(server);
  await load({ server, path, headers }, { duration: 2 * warmUpSeconds });
  // It is written when the process ends.
  await server.stop();
  const [file] = readdirSync(FOLDER).filter((entry) => entry.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error('the server wrote no profile');
  return summarize(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Profile);
}

function summarize({ nodes, samples }: Profile): string[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const busy = samples.map((id) => frames.get(id)).filter((frame) => frame && frame.functionName !== '(idle)');
  const places = busy.map((frame) => ({ ...frame, file: shorten(frame?.url ?? '') }));
  return [
    'self time by package',
    ...shares(
      places.map(({ file }) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file.split('/', 2).join('/')),
    ),
    'self time by function',
    ...shares(places.map(({ functionName, file, lineNumber = 0 }) => `${functionName} ${file}:${lineNumber + 1}`)),
  ];
}

function shares(names: readonly string[]): string[] {
  const counted = [...Map.groupBy(names, (name) => name)].map(([name, { length }]) => ({ name, length }));
  const top = counted.toSorted((a, b) => b.length - a.length).slice(0, TOP);
  return top.map(({ name, length }) => `${((100 * length) / names.length).toFixed(1).padStart(5)} %  ${name}`);
}

function shorten(url: string): string {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  return path.startsWith(ROOT) ? path.slice(ROOT.length + 1) : path || 'native';
}
