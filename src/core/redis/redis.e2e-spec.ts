import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { TestApp } from '../../../test/harness/app.js';
import { makeCertificate } from '../../../test/harness/certificates.js';
import { atTheEnd } from '../../../test/harness/cleanup.js';
import { cloneDatabase } from '../../../test/harness/database.js';
import { eventually } from '../../../test/harness/eventually.js';
import { FaultProxy } from '../../../test/harness/fault-proxy.js';
import { AppProcess, PRODUCTION } from '../../../test/harness/process.js';
import { hasRedisServer, RedisServer } from '../../../test/harness/redis.js';
import { refusal } from '../../../test/harness/refusal.js';
import { TooLate } from '../database/within.js';
import type { Readiness } from '../health/health.dto.js';
import { RedisConnections } from './redis-connections.js';

async function readyOf(url: string) {
  const response = await fetch(`${url}/health/ready`);
  const { checks } = (await response.json()) as Readiness;
  return { status: response.status, redis: checks.redis?.status };
}

/** Takes TLS off, as a server that speaks it would. @returns the address, and the certificate of its authority */
async function behindTls(redis: RedisServer): Promise<{ url: string; ca: string }> {
  const { certificate, privateKey, ca } = await makeCertificate();
  const target = new URL(redis.url);
  const server = createServer({ cert: certificate, key: privateKey }, (socket) => {
    const plain = connect(Number(target.port), target.hostname);
    socket.pipe(plain).pipe(socket);
    socket.on('error', () => plain.destroy());
    plain.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atTheEnd(server, () => Promise.resolve(server.close()));
  const { port } = server.address() as { port: number };
  return { url: `rediss://:${target.password}@127.0.0.1:${port}/0`, ca };
}

describe('Redis', () => {
  it('is off unless somebody switches it on', async () => {
    const test = await TestApp.start();
    expect(await readyOf(test.url)).toEqual({ status: 200, redis: 'disabled' });
    const asked = test.app.get(RedisConnections, { strict: false }).ask((client) => client.ping());
    await expect(asked).rejects.toMatchObject({ code: 'FEATURE_DISABLED' });
  });

  it('is not switched on without its address, nor with one that says more than where it is', async () => {
    for (const REDIS_URL of [undefined, 'http://127.0.0.1', 'redis://127.0.0.1/0?family=6', 'redis://127.0.0.1/a']) {
      expect((await refusal({ REDIS_ENABLED: 'true', REDIS_URL })).named).toEqual(['REDIS_URL']);
    }
  }, 40_000);

  if (hasRedisServer) {
    it('keeps nobody from starting or answering when it refuses the password', async () => {
      const redis = await RedisServer.start();
      const url = Object.assign(new URL(redis.url), { password: 'another' }).href;
      const test = await TestApp.start({ env: { ...redis.env, REDIS_URL: url } });
      expect(await readyOf(test.url)).toEqual({ status: 200, redis: 'down' });
      expect(await test.api.get('/health/live')).toMatchObject({ status: 200 });
    });

    it('is left without a connection by an application that ends', async () => {
      const redis = await RedisServer.start();
      const [first, second] = [await TestApp.start({ env: redis.env }), await TestApp.start({ env: redis.env })];
      const clients = async () => {
        const list = await first.app.get(RedisConnections, { strict: false }).ask((client) => client.client('LIST'));
        return String(list).trim().split('\n').length;
      };
      expect(await clients()).toBe(4);
      await second.close();
      expect(await clients()).toBe(2);
    });

    it('is connected to anew when a connection is dead and nobody said so', async () => {
      const redis = await RedisServer.start();
      const proxy = await FaultProxy.before(redis.url);
      const test = await TestApp.start({ env: { ...redis.env, REDIS_URL: proxy.url } });
      const connections = test.app.get(RedisConnections, { strict: false });
      const ping = () => connections.ask((client) => client.ping());
      expect(await ping()).toBe('PONG');
      proxy.halfOpen();
      await expect(ping()).rejects.toThrow(TooLate);
      await eventually(async () => expect(await ping()).toBe('PONG'));
    });

    it('is spoken to in TLS, and only if it is who it should be', async () => {
      const { url: REDIS_URL, ca } = await behindTls(await RedisServer.start());
      const folder = await mkdtemp(join(tmpdir(), 'aerie-'));
      const file = join(folder, 'ca.pem');
      await writeFile(file, ca);
      const env = { ...PRODUCTION, DATABASE_URL: await cloneDatabase(), REDIS_ENABLED: 'true', REDIS_URL };
      const trusting = await AppProcess.serve({ ...env, NODE_EXTRA_CA_CERTS: file });
      expect(await readyOf(trusting.url)).toEqual({ status: 200, redis: 'up' });
      const distrusting = await AppProcess.serve(env);
      expect(await readyOf(distrusting.url)).toEqual({ status: 200, redis: 'down' });
      await rm(folder, { recursive: true });
    });
  }
});
