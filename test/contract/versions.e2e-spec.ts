import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { CRAWL_MS, crawledApp } from '../harness/crawl.js';
import { routesOf } from '../harness/schemas.js';

/** The version of an event is its provider's. */
const OUTSIDE_OF_V1 = ['/health/live', '/health/ready', '/metrics', '/webhooks/{provider}'];

@Controller({ path: 'planted', version: VERSION_NEUTRAL })
class PlantedController {
  @Get()
  read(): void {}
}

@Controller({ path: 'planted/twins', version: [VERSION_NEUTRAL, '1'] })
class TwinController {
  @Get()
  read(): void {}
}

describe('the API', () => {
  it(
    '[R-83] #1 has every business route under /v1 and none beside it',
    async () => {
      const test = await crawledApp([PlantedController, TwinController]);
      const faults: string[] = [];
      for (const { name, method, path } of routesOf(test.contract)) {
        if (OUTSIDE_OF_V1.includes(path)) continue;
        if (!path.startsWith('/v1/')) faults.push(`${name} has no version: leave VERSION_NEUTRAL to core`);
        else if ((await test.api.send(method, path.replace('/v1', ''))).status !== 404)
          faults.push(`${name} has a twin without a version: say which it is of`);
      }
      expect(faults).toEqual([
        'GET /planted has no version: leave VERSION_NEUTRAL to core',
        'GET /planted/twins has no version: leave VERSION_NEUTRAL to core',
        'GET /v1/planted/twins has a twin without a version: say which it is of',
      ]);
    },
    CRAWL_MS,
  );
});
