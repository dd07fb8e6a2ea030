import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../harness/process.js';

const DOCKERFILE = read('Dockerfile');
const COMPOSE = read('docker-compose.yml');
const WORKFLOW = read('.github/workflows/ci.yml');
const { version, devDependencies } = JSON.parse(read('package.json')) as {
  version: string;
  devDependencies: { node: string };
};

/** These files are read here, not run: where the tests run is no container engine. */
describe('the files of containers and CI', () => {
  it('[R-103] refer to secrets, and have neither a value nor a default for one', () => {
    const all = [DOCKERFILE, COMPOSE, WORKFLOW].join('\n');
    const assigned = [...all.matchAll(/^.*?(\w*(?:SECRET|KEY|PASSWORD|TOKEN)\w*)["']?(?:[:=] *| )(.*)$/gm)];
    const given = assigned.filter(([line]) => !line.includes('://'));
    expect(new Set(given.map(([, name]) => name))).toEqual(
      new Set(['POSTGRES_PASSWORD', 'API_KEY_PEPPER', 'CURSOR_SIGNING_KEY', 'ENCRYPTION_KEY', 'JWT_ACCESS_SECRET']),
    );
    for (const [, name = '', value = ''] of given) {
      expect(value).toMatch(new RegExp(`^\\$\\{${name}:\\?[^}]+\\}$`));
    }
    const inUrls = [...all.matchAll(/:\/\/[^\s/:]+:(.*)@/g)].map(([, password]) => password);
    expect(inUrls).toEqual([expect.stringMatching(/^\$\{POSTGRES_PASSWORD:\?[^}]+\}$/)]);
  });

  it('[R-97] name the exact version of every image and action, and one Node.js for all', () => {
    const stages = linesOf(DOCKERFILE, 'FROM').map((line) => line.split(' '));
    const names = stages.map(([, , name]) => name);
    const bases = stages.map(([image]) => image).filter((image) => !names.includes(image));
    expect(new Set(bases)).toEqual(new Set([`node:${devDependencies.node}-trixie-slim`]));
    const images = linesOf(COMPOSE, 'image:');
    expect(images).toHaveLength(4);
    expect(images).toContain(`aerie:${version}`);
    for (const image of images) expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+[\w.-]*$/);
    const actions = linesOf(WORKFLOW, 'uses:');
    expect(actions).toHaveLength(2);
    for (const action of actions) expect(action).toMatch(/^[\w./-]+@v\d+\.\d+\.\d+$/);
  });

  it('[R-97] make an image that is not root, says how it is, and gets its signals itself', () => {
    expect(linesOf(DOCKERFILE, 'USER').at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(DOCKERFILE).toMatch(/^HEALTHCHECK .*\\\n +CMD \["node", "-e", ".*\/health\/live/m);
    expect(linesOf(DOCKERFILE, 'CMD').at(-1)).toBe('["node", "dist/src/main.js"]');
  });

  it('[R-103] send nothing to the build but what they list', () => {
    const rules = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).toBe('*');
    const sent = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
    const copied = DOCKERFILE.match(/^COPY (?!--from).*(?= \S+$)/gm)?.flatMap((line) => line.split(' ').slice(1));
    expect(new Set(sent)).toEqual(new Set(copied));
  });

  it('run the same in CI as everywhere', () => {
    expect(linesOf(WORKFLOW, 'run:')).toEqual(['bash .ci/run']);
  });
});

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** What stands behind a word that begins a line, or an item of a list. */
function linesOf(text: string, word: string): string[] {
  return [...text.matchAll(new RegExp(`^ *(?:- )?${word} +(.+)$`, 'gm'))].map(([, rest = '']) => rest);
}
