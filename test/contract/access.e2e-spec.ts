import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RequiresAdministrator, RequiresRole } from '../../src/core/access/access.decorators.js';
import { Forbidden } from '../../src/core/access/access.errors.js';
import type { TestApp } from '../harness/app.js';
import { apart, crawl, CRAWL_MS, crawledApp } from '../harness/crawl.js';
import { ROOT } from '../harness/process.js';
import { Named } from '../harness/routes.dto.js';
import { GIVE, told, ValidRequests } from '../harness/valid-requests.js';

/** A rule is missing, and a rule refuses also those who keep it. */
@Controller('planted')
class PlantedController {
  @Get('silent')
  silent(): Named {
    return { name: 'silent' };
  }

  @Get('refusing')
  @RequiresRole('viewer')
  refusing(): Named {
    throw new Forbidden();
  }

  @Get('administered')
  @RequiresAdministrator()
  @ApiOkResponse({ type: Named })
  administered(): Named {
    return { name: 'administered' };
  }
}

async function accessFaults(test: TestApp): Promise<string[]> {
  const requests = await ValidRequests.of(test);
  return crawl(requests.routes, async (route) => {
    if (route.access === undefined) return 'says of nobody that they may call it: add @RequiresRole(…) or @Public()';
    const owner = await requests.owner(route);
    const allowed = await requests.send(owner.api, await requests.make(route, owner));
    if (allowed.status >= 300) return `${told(allowed)} to a valid request of its owner: ${GIVE}`;
    const { headers, ...request } = await requests.make(route, owner);
    const isPublic = route.access === 'public';
    const stranger = await requests.send(test.api, { ...request, headers: isPublic ? headers : {} });
    if (isPublic && stranger.status >= 300) return `is @Public() and ${told(stranger)} to a stranger`;
    if (!isPublic && stranger.status !== 401) return `${told(stranger)} to a stranger: let the access guard see it`;
    if (route.access !== 'administrator') return undefined;
    const user = await test.actor('owner');
    const refused = await requests.send(user.api, { ...request, headers });
    return refused.status === 403 ? undefined : `${told(refused)} to somebody who is no administrator`;
  });
}

describe('every route', () => {
  let test: TestApp;
  let committed: Map<string, string>;
  beforeAll(async () => {
    test = await crawledApp([PlantedController]);
    const lines = (await readFile(join(ROOT, 'docs', 'routes.md'), 'utf8')).matchAll(/^\| `(.+?)`\s*\| (\w+)/gm);
    committed = new Map([...lines].map(([, route = '', access = '']) => [route, access]));
  });

  it(
    '[R-34] #1 answers its owner, and 401 to strangers but where it is marked as public',
    async () => {
      const { own, planted } = apart(await accessFaults(test));
      expect(own).toEqual([]);
      expect(planted).toEqual([
        'GET /v1/planted/silent: says of nobody that they may call it: add @RequiresRole(…) or @Public()',
        `GET /v1/planted/refusing: answers 403 FORBIDDEN to a valid request of its owner: ${GIVE}`,
      ]);
    },
    CRAWL_MS,
  );

  it('answers an administrator alone if it says so, whatever the role of others', async () => {
    const [{ api: owner }, { api: administrator }] = [await test.actor('owner'), await test.administrator()];
    expect(await test.api.get('/v1/planted/administered')).toMatchObject({ status: 401 });
    expect(await owner.get('/v1/planted/administered')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await administrator.get('/v1/planted/administered')).toMatchObject({ status: 200 });
  });

  it('[R-34] #1 is in the committed list, with who may call it', async () => {
    const { routes } = await ValidRequests.of(test);
    const listed = routes.filter(({ path }) => !/^\/v1\/(test|planted)(\/|$)/.test(path));
    expect(Object.fromEntries(listed.map(({ name, access }) => [name, access]))).toEqual(Object.fromEntries(committed));
  });

  it('says nobody when its author said nothing', async () => {
    expect(await test.api.get('/v1/planted/silent')).toMatchObject({ status: 401 });
    const { api: owner } = await test.actor('owner');
    expect(await owner.get('/v1/planted/silent')).toMatchObject({ status: 403 });
  });
});
