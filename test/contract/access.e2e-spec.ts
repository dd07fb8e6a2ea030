import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestApp } from '../harness/app.js';
import { ROOT } from '../harness/process.js';
import { TestRoutesModule } from '../harness/routes.controller.js';

describe('every route', () => {
  let test: TestApp;
  let committed: Map<string, string>;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [TestRoutesModule] });
    const lines = (await readFile(join(ROOT, 'docs', 'routes.md'), 'utf8')).matchAll(/^\| `(.+?)`\s*\| (\w+)/gm);
    committed = new Map([...lines].map(([, route = '', access = '']) => [route, access]));
  });

  const routes = () => test.contract.operations().filter(({ path }) => !/^\/v1\/(test|silent)/.test(path));
  const nameOf = (method: string, path: string) => `${method.toUpperCase()} ${path}`;

  it('[R-34] #1 answers 401 to strangers, but for those that the committed list calls public', async () => {
    expect(
      routes()
        .map(({ method, path }) => nameOf(method, path))
        .sort(),
    ).toEqual([...committed.keys()].sort());
    for (const { method, path } of routes()) {
      const { status } = await test.api.send(method.toUpperCase(), path.replace(/\{\w+\}/g, 'x'));
      const isPublic = committed.get(nameOf(method, path)) === 'public';
      expect({ route: nameOf(method, path), refused: status === 401 }).toEqual({
        route: nameOf(method, path),
        refused: !isPublic,
      });
    }
  });

  it('says nobody when its author said nothing', async () => {
    expect(await test.api.get('/v1/silent')).toMatchObject({ status: 401 });
    const { api: owner } = await test.actor('owner');
    expect(await owner.get('/v1/silent')).toMatchObject({ status: 403 });
  });
});
