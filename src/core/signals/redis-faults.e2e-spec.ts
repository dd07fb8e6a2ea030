import { setTimeout as sleep } from 'node:timers/promises';
import { TestApp } from '../../../test/harness/app.js';
import { eventually } from '../../../test/harness/eventually.js';
import { hasRedisServer, RedisServer } from '../../../test/harness/redis.js';
import { becomes, keepSending, listening, signalsOf } from '../../../test/harness/signals.js';
import { RedisConnections } from '../redis/redis-connections.js';

if (hasRedisServer) {
  describe('signals through a Redis that fails', () => {
    const twoBehind = async (redis: RedisServer) => {
      const first = await TestApp.start({ env: redis.env });
      return [first, await TestApp.start({ env: redis.env, databaseUrl: first.databaseUrl })] as const;
    };

    it('are told to be lost when it was killed under load, and go on', async () => {
      const redis = await RedisServer.start();
      const tests = await twoBehind(redis);
      const ears = tests.map((test) => listening(test));
      const stop = keepSending(tests[0]);
      await sleep(200);
      await redis.kill();
      await becomes(false, ...tests);
      await redis.restart();
      await becomes(true, ...tests);
      await sleep(200);
      const { told } = await stop();
      expect(ears).toMatchObject([{ gaps: 1 }, { gaps: 1 }]);
      await signalsOf(tests[1]).send('test', 'after');
      for (const { heard } of ears) {
        await eventually(() => Promise.resolve(expect(heard.at(-1)).toBe('after')));
        expect(new Set(heard).size).toBe(heard.length);
        expect(heard.filter((text) => !told.includes(text))).toEqual(['after']);
      }
    });

    it('are not trusted while it hangs, and neither lost nor doubled', async () => {
      const redis = await RedisServer.start();
      const tests = await twoBehind(redis);
      const ears = tests.map((test) => listening(test));
      await redis.freeze();
      const frozenAt = performance.now();
      const sent = signalsOf(tests[0]).send('test', 'to one that hangs');
      await becomes(false, ...tests);
      expect(performance.now() - frozenAt).toBeLessThan(1_500);
      await sleep(1_500);
      await redis.thaw();
      await sent;
      await becomes(true, ...tests);
      await sleep(500);
      expect(ears).toEqual(tests.map(() => ({ heard: ['to one that hangs'], gaps: 0 })));
    });

    it('are told to be lost when somebody has deleted them', async () => {
      const redis = await RedisServer.start();
      const [test] = await twoBehind(redis);
      const ear = listening(test);
      await test.app.get(RedisConnections, { strict: false }).ask((client) => client.flushall());
      await eventually(() => Promise.resolve(expect(ear.gaps).toBe(1)));
      await signalsOf(test).send('test', 'after');
      await eventually(() => Promise.resolve(expect(ear).toEqual({ heard: ['after'], gaps: 1 })));
    });

    it('are told to be lost when it comes back as it was a while ago', async () => {
      const redis = await RedisServer.start();
      const [test] = await twoBehind(redis);
      const ear = listening(test);
      await signalsOf(test).send('test', 'saved');
      await eventually(() => Promise.resolve(expect(ear.heard).toEqual(['saved'])));
      await test.app.get(RedisConnections, { strict: false }).ask((client) => client.save());
      await redis.kill();
      await redis.restart();
      await eventually(() => Promise.resolve(expect(ear.gaps).toBe(1)));
      await signalsOf(test).send('test', 'after');
      await eventually(() => Promise.resolve(expect(ear).toEqual({ heard: ['saved', 'after'], gaps: 1 })));
    });

    it('are not trusted by an instance that starts without it, until it is there', async () => {
      const redis = await RedisServer.start();
      await redis.kill();
      const test = await TestApp.start({ env: redis.env });
      const ear = listening(test);
      expect(signalsOf(test).inSync).toBe(false);
      expect(await test.api.get('/health/ready')).toMatchObject({
        status: 200,
        body: { status: 'degraded', checks: { redis: { status: 'down' } } },
      });
      await redis.restart();
      await becomes(true, test);
      expect(ear.gaps).toBe(1);
      await signalsOf(test).send('test', 'after');
      await eventually(() => Promise.resolve(expect(ear.heard).toEqual(['after'])));
      expect(await test.api.get('/health/ready')).toMatchObject({ body: { checks: { redis: { status: 'up' } } } });
    });
  });
}
