import { Module, type Type } from '@nestjs/common';
import { TestApp } from '../../../test/harness/app.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { ById, ByName, FirstController, SecondController } from '../../../test/harness/twins.controller.js';

describe('two handlers of one route', () => {
  function withControllers(...controllers: Type[]): Type {
    @Module({ controllers })
    class TwinsModule {}
    return TwinsModule;
  }

  it('[R-86] #1 end the start, which names both', async () => {
    const env = { ...PRODUCTION, DATABASE_URL: await cloneDatabase() };
    const app = await AppProcess.spawn(env, 'test/fixtures/main-with-twin-routes.js');
    expect(await app.exit).toMatchObject({ code: 1 });
    expect(app.stderr).toBe('GET /v1/twins/same is answered by FirstController.same and by SecondController.again.\n');
  });

  it('[R-86] #1 are found also if one shadows the other, under another name of its parameter', async () => {
    await expect(TestApp.start({ modules: [withControllers(ById, ByName)] })).rejects.toThrow(
      'GET /v1/twins/:name is answered by ById.read and by ByName.find.',
    );
    await expect(
      TestApp.start({ modules: [withControllers(FirstController), withControllers(SecondController)] }),
    ).rejects.toThrow('FirstController.same and by SecondController.again');
  });

  it('[R-86] are not what a fixed path beside a parameter is', async () => {
    const { api } = await TestApp.start({ modules: [withControllers(ById, FirstController)] });
    expect(await api.get('/v1/twins/me')).toMatchObject({ body: 'me' });
    expect(await api.get('/v1/twins/same')).toMatchObject({ body: 'first' });
    expect(await api.get('/v1/twins/other')).toMatchObject({ body: 'other' });
  });

  it('[R-86] #1 do not exist: the application starts, and each of its operations has an id of its own', async () => {
    const { contract } = await TestApp.start();
    const ids = contract.operations().map(({ operation }) => operation.operationId);
    expect(ids.length).toBeGreaterThan(5);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
