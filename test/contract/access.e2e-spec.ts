import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CurrentActor, RequiresAdministrator, RequiresRole } from '../../src/core/access/access.decorators.js';
import { Forbidden } from '../../src/core/access/access.errors.js';
import type { Actor } from '../../src/core/access/actor.js';
import { administrationCalled } from '../../src/core/audit/administration.guard.js';
import { Audit } from '../../src/core/audit/audit.service.js';
import type { TestApp } from '../harness/app.js';
import { apart, crawl, CRAWL_MS, crawledApp } from '../harness/crawl.js';
import { sql } from '../harness/database.js';
import { ROOT } from '../harness/process.js';
import { Named } from '../harness/routes.dto.js';
import type { Route } from '../harness/schemas.js';
import { GIVE, told, ValidRequests } from '../harness/valid-requests.js';

/** A rule is missing, and a rule refuses also those who keep it. */
@Controller('planted')
class PlantedController {
  constructor(private readonly audit: Audit) {}

  @Get('silent')
  silent(): Named {
    return { name: 'silent' };
  }

  @Get('refusing')
  @RequiresRole('viewer')
  refusing(): Named {
    throw new Forbidden();
  }

  @Get('admin/open')
  @RequiresRole('owner')
  @ApiOkResponse({ type: Named })
  open(): Named {
    return { name: 'open' };
  }

  @Get('admin/twice')
  @RequiresAdministrator()
  @ApiOkResponse({ type: Named })
  async twice(@CurrentActor() actor: Actor): Promise<Named> {
    await this.audit.recordAlone(actor, administrationCalled);
    return { name: 'twice' };
  }
}

async function accessFaults(test: TestApp): Promise<string[]> {
  const requests = await ValidRequests.of(test);
  return crawl(requests.routes, async (route) => {
    if (route.access === undefined) return 'says of nobody that they may call it: add @RequiresRole(…) or @Public()';
    const owner = await requests.owner(route);
    const allowed = await requests.send(owner.api, await requests.make(route, owner));
    if (allowed.status >= 400) return `${told(allowed)} to a valid request of its owner: ${GIVE}`;
    const { headers, ...request } = await requests.make(route, owner);
    const isPublic = route.access === 'public';
    const stranger = await requests.send(test.api, { ...request, headers: isPublic ? headers : {} });
    if (isPublic && stranger.status >= 400) return `is @Public() and ${told(stranger)} to a stranger`;
    if (!isPublic && stranger.status !== 401) return `${told(stranger)} to a stranger: let the access guard see it`;
    return undefined;
  });
}

/** A call of an administrator leaves one row in the audit log, and a call of anybody else nothing but a 403. */
async function administrationFaults(test: TestApp): Promise<string[]> {
  const requests = await ValidRequests.of(test);
  const isGuarded = ({ access, path }: Route) => access === 'administrator' || /\/admin(\/|$)/.test(path);
  return crawl(requests.routes.filter(isGuarded), async (route) => {
    const [administrator, user] = [await test.administrator(), await test.actor('owner')];
    const request = await requests.make(route, administrator);
    const refused = await requests.send(user.api, await requests.make(route, user));
    if (refused.status !== 403) return `${told(refused)} to an owner: add @RequiresAdministrator()`;
    const before = await calls(test, administrator.actor);
    const allowed = await requests.send(administrator.api, request);
    if (allowed.status >= 400) return `${told(allowed)} to an administrator: ${GIVE}`;
    const after = await calls(test, administrator.actor);
    return after === before + 1 ? undefined : `leaves ${after - before} rows in the audit log, which must be one`;
  });
}

async function calls({ databaseUrl }: TestApp, { userId }: Actor): Promise<number> {
  const statement = `SELECT count(*)::int FROM audit_log WHERE actor_id = $1 AND action = 'administration.called'`;
  const [row] = await sql<{ count: number }>(databaseUrl, statement, [userId]);
  return row?.count ?? 0;
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
    '[R-34] #1 [R-43] #1 answers its owner, and 401 to strangers but where it is marked as public',
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

  it(
    '[R-43] #2 of administrators is theirs alone, and writes down each call',
    async () => {
      const { own, planted } = apart(await administrationFaults(test));
      expect(own).toEqual([]);
      expect(planted).toEqual([
        'GET /v1/planted/admin/open: answers 200 to an owner: add @RequiresAdministrator()',
        'GET /v1/planted/admin/twice: leaves 2 rows in the audit log, which must be one',
      ]);
      const [row] = await sql(test.databaseUrl, `SELECT * FROM audit_log WHERE target_type LIKE '%test/notes/all'`);
      expect(row).toMatchObject({ action: 'administration.called', target_type: 'GET /v1/test/notes/all' });
    },
    CRAWL_MS,
  );

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
