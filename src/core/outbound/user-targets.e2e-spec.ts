import type { LookupAddress } from 'node:dns';
import { promisify } from 'node:util';
import { TestApp } from '../../../test/harness/app.js';
import { hangs, resets, says, StubUpstream } from '../../../test/harness/upstream.js';
import { Outbound } from './outbound.js';
import { TargetNotAllowed, UpstreamTimeout, UpstreamUnavailable } from './outbound.errors.js';
import { isPublic, publicLookup } from './public-addresses.js';
import type { UserTargets } from './user-targets.js';

const INTERNAL = [
  '127.0.0.1',
  '127.1',
  '0x7f.0.0.1',
  '2130706433',
  '0.0.0.0',
  '10.0.0.8',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.169.254',
  '168.63.129.16',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[::]',
  '[::127.0.0.1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[fe80::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fec0::1]',
  '[ff02::1]',
  '[4000::1]',
];

describe('an address that a user chose', () => {
  let outbound: Outbound;
  let stub: StubUpstream;
  let targets: UserTargets;
  beforeAll(async () => {
    outbound = (await TestApp.start()).app.get(Outbound);
    stub = await StubUpstream.start();
    targets = outbound.userTargets('targets', { ports: [stub.port] });
  });
  beforeEach(() => void stub.willAnswer(says(200)));

  const refused = async (address: string, of = targets) => {
    await expect(of.request(address, { method: 'POST', body: {} })).rejects.toThrow(TargetNotAllowed);
    expect(stub.connections).toBe(0);
  };

  it.each(INTERNAL)('is not %s', (host) => refused(`https://${host}:${stub.port}/hook`));

  it('is not a name that leads inside', () => refused(`https://localhost:${stub.port}/hook`));

  it('begins with https, holds no credentials, and has a port that is meant for this', async () => {
    for (const address of [
      'http://93.184.216.34/',
      'ftp://93.184.216.34/',
      'file:///etc/passwd',
      'https://somebody@93.184.216.34/',
      'https://93.184.216.34:22/',
      'https://93.184.216.34:80/',
      `https://93.184.216.34/${'x'.repeat(2_048)}`,
      'https://',
      'nowhere',
      '',
    ]) {
      await refused(address);
    }
    expect(targets.demand('https://93.184.216.34/hook?id=1').pathname).toBe('/hook');
    expect(targets.demand('https://[2606:4700::1111]/').protocol).toBe('https:');
  });

  it('may be this application itself where that is allowed, and nothing beside it', async () => {
    const own = outbound.userTargets('own', { ownOrigin: stub.url });
    for (const [method, status] of [
      ['POST', 200],
      ['POST', 500],
      ['POST', 302],
    ] as const) {
      stub.willAnswer(says(status, '', { location: 'http://127.0.0.1:1/' }));
      expect(await own.request(`${stub.url}/hook?id=1`, { method, body: { a: 1 } })).toMatchObject({ status });
      expect(stub.hits).toMatchObject([{ method, path: '/hook', body: '{"a":1}' }]);
      expect(stub.hits[0]?.query.get('id')).toBe('1');
    }
    for (const other of [`http://localhost:${stub.port}/`, `https://127.0.0.1:${stub.port}/`, 'http://127.0.0.1:1/']) {
      await expect(own.request(other, { method: 'POST' })).rejects.toThrow(TargetNotAllowed);
    }
  });

  it('may be this machine, by http and on any port, where that is allowed', async () => {
    const near = outbound.userTargets('near', { allowLoopback: true });
    for (const host of ['127.0.0.1', 'localhost', '127.1']) {
      expect(await near.request(`http://${host}:${stub.port}/hook`, { method: 'POST' })).toMatchObject({ status: 200 });
    }
    expect(near.demand('http://[::1]:8080/').port).toBe('8080');
    for (const other of [
      `https://127.0.0.1:${stub.port}/`,
      'http://127.0.0.2/',
      'http://0.0.0.0/',
      'http://10.0.0.8/',
      'http://169.254.169.254/',
      'http://localhost.example.org/',
      'http://[::ffff:127.0.0.1]/',
    ]) {
      await expect(near.request(other, { method: 'POST' })).rejects.toThrow(TargetNotAllowed);
    }
  });

  it('says as much as is wanted, and the rest is given up', async () => {
    const short = outbound.userTargets('short', { ownOrigin: stub.url, maxBytes: 10, cut: true });
    const call = async () => (await short.request(stub.url, { method: 'POST' })).text;
    stub.willAnswer(says(200, 'x'.repeat(10)), says(200, 'y'.repeat(5_000_000)), says(200, 'z'));
    expect([await call(), await call(), await call()]).toEqual(['x'.repeat(10), 'y'.repeat(10), 'z']);
    stub.willAnswer(says(200, 'x'.repeat(11), { 'content-encoding': 'gzip' }));
    expect(await call()).toBe('');
  });

  it('is called once, however that ends', async () => {
    const own = outbound.userTargets('once', { ownOrigin: stub.url, timeoutMs: 300 });
    const call = () => own.request(stub.url, { method: 'PUT' });
    stub.willAnswer(hangs);
    await expect(call()).rejects.toThrow(UpstreamTimeout);
    expect(stub.hits).toHaveLength(1);
    stub.willAnswer(resets);
    for (let calls = 1; calls <= 15; calls++) {
      await expect(call()).rejects.toThrow(UpstreamUnavailable);
      expect(stub.hits).toHaveLength(calls);
    }
  });
});

describe('a name that is looked up', () => {
  const PUBLIC = { address: '93.184.216.34', family: 4 };
  const PUBLIC_6 = { address: '2606:4700::1111', family: 6 };
  const LOOPBACK = { address: '127.0.0.1', family: 4 };

  const answering = (...answers: LookupAddress[][]) => {
    const lookup = publicLookup((_hostname, _options, callback) => callback(null, answers.shift() ?? []));
    return (options: object) => promisify(lookup)('name.example', options) as Promise<unknown>;
  };

  it('leads to what was looked at, each time', async () => {
    const resolve = answering([PUBLIC, PUBLIC_6], [LOOPBACK]);
    expect(await resolve({ all: true })).toEqual([PUBLIC, PUBLIC_6]);
    await expect(resolve({ all: true })).rejects.toThrow(TargetNotAllowed);
    expect(await answering([PUBLIC_6])({})).toBe(PUBLIC_6.address);
  });

  it('leads nowhere if one of its addresses is inside, or it has none', async () => {
    await expect(answering([PUBLIC, LOOPBACK])({ all: true })).rejects.toThrow(TargetNotAllowed);
    await expect(answering([PUBLIC, LOOPBACK])({})).rejects.toThrow(TargetNotAllowed);
    await expect(answering([])({})).rejects.toThrow(TargetNotAllowed);
  });

  it('fails as the system fails', async () => {
    const failure = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
    const lookup = publicLookup((_hostname, _options, callback) => callback(failure, []));
    await expect(promisify(lookup)('name.example', { all: true })).rejects.toThrow('getaddrinfo');
  });

  it('may be anywhere on the internet', () => {
    for (const address of ['93.184.216.34', '1.1.1.1', '2606:4700::1111', '2a00:1450:4001::1']) {
      expect(isPublic(address)).toBe(true);
    }
  });
});
