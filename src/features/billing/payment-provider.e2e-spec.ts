import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { eventually } from '../../../test/harness/eventually.js';
import { hangs, resets, says } from '../../../test/harness/upstream.js';
import { UpstreamFailed, UpstreamTimeout, UpstreamUnavailable } from '../../core/outbound/outbound.errors.js';
import type { Money } from '../../core/payments/payables.js';
import { SignatureInvalid } from '../../core/webhook-sources/webhook-sources.errors.js';
import type { Checkout, ProviderEvent } from './payment-provider.js';
import { AmountNotPayable, RefundRefused } from './payment-provider.errors.js';
import { EUR, type EventKind, type Server, type Till, TILLS } from './provider-tills.harness.js';

const OVER_HTTP = TILLS.filter(([name]) => name !== 'sandbox');

/** What buyers and we do at a till. */
function at(till: () => Till) {
  const own = {
    checkout: (money: Money = EUR, paymentId: string = randomUUID()): Promise<Checkout> =>
      till().provider.createCheckout({
        paymentId,
        ...money,
        description: 'Two seats & a "programme"',
        returnUrl: 'https://app.example.org/payments?done=1&for=me',
      }),
    fetch: (reference: string) => till().provider.fetch(reference),
    paid: async (money: Money = EUR) => {
      const { reference } = await own.checkout(money);
      await till().pay(reference);
      const { chargeReference = '' } = await own.fetch(reference);
      expect(chargeReference).not.toBe('');
      return { reference, chargeReference };
    },
    refund: (chargeReference: string, amount: number, refundId: string = randomUUID()) =>
      till().provider.refund({ refundId, chargeReference, amount, currency: EUR.currency }),
    verify: (body: string, headers: Record<string, string>) => till().provider.verify(Buffer.from(body), headers),
  };
  return own;
}

describe.each(TILLS)('%s, as each provider,', (_name, open) => {
  let till: Till;
  beforeAll(async () => {
    till = await open();
  });
  const buyer = at(() => till);

  describe('shows a checkout', () => {
    it('that nobody has paid, of what was asked for', async () => {
      const { reference, url, expiresAt } = await buyer.checkout();
      expect(reference).toMatch(/^\S{1,255}$/);
      expect(URL.canParse(url)).toBe(true);
      expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 15 * 60_000);
      const payment = { reference, state: 'open', ...EUR, refunded: 0, disputed: false };
      expect(await buyer.fetch(reference)).toEqual({ ...payment, chargeReference: undefined });
    });

    it('once for each payment, however often and how fast it is asked for', async () => {
      const paymentId = randomUUID();
      const first = await buyer.checkout(EUR, paymentId);
      expect(await buyer.checkout(EUR, paymentId)).toEqual(first);
      const other = randomUUID();
      const twins = await Promise.all(Array.from({ length: 8 }, () => buyer.checkout(EUR, other)));
      expect(new Set(twins.map(({ reference }) => reference)).size).toBe(1);
      expect(twins[0]?.reference).not.toBe(first.reference);
    });

    it.each([
      [500, 'JPY'],
      [1_230, 'KWD'],
      [1, 'INR'],
      [99_999_900, 'EUR'],
    ])('over %i minor units of %s', async (amount, currency) => {
      const { reference } = await buyer.paid({ amount, currency });
      expect(await buyer.fetch(reference)).toMatchObject({ state: 'paid', amount, currency });
    });

    it.each([
      [1_234, 'KWD'],
      [0, 'EUR'],
      [-5, 'EUR'],
      [10.5, 'EUR'],
      [Number.MAX_SAFE_INTEGER + 1, 'JPY'],
    ])('not over %d minor units of %s, which nobody can pay', async (amount, currency) => {
      await expect(buyer.checkout({ amount, currency })).rejects.toThrow(AmountNotPayable);
    });
  });

  describe('knows a payment', () => {
    it('that was made, with what is needed to give it back', async () => {
      const { reference, chargeReference } = await buyer.paid();
      expect(await buyer.fetch(reference)).toEqual({
        reference,
        state: 'paid',
        ...EUR,
        chargeReference,
        refunded: 0,
        disputed: false,
      });
    });

    it('that nobody has made in time', async () => {
      const { reference } = await buyer.checkout();
      await till.lapse(reference);
      expect(await buyer.fetch(reference)).toMatchObject({ state: 'expired', ...EUR });
    });

    it('that was given up, again and again, but not one that was made', async () => {
      const { reference } = await buyer.checkout();
      await till.provider.expire(reference);
      await till.provider.expire(reference);
      expect(await buyer.fetch(reference)).toMatchObject({ state: 'expired' });
      const paid = await buyer.paid();
      await till.provider.expire(paid.reference);
      expect(await buyer.fetch(paid.reference)).toMatchObject({ state: 'paid' });
    });

    it('that the buyer has disputed', async () => {
      const { reference } = await buyer.paid();
      await till.dispute(reference);
      expect(await buyer.fetch(reference)).toMatchObject({ state: 'paid', disputed: true });
      const other = await buyer.paid();
      expect(await buyer.fetch(other.reference)).toMatchObject({ state: 'paid', disputed: false });
    });

    it('of which somebody else has given something back', async () => {
      const { reference } = await buyer.paid();
      await till.refund(reference, 700);
      expect(await buyer.fetch(reference)).toMatchObject({ state: 'paid', ...EUR, refunded: 700 });
    });
  });

  describe('gives money back', () => {
    it('in parts, each of them once', async () => {
      const { reference, chargeReference } = await buyer.paid();
      const [part, rest] = [randomUUID(), randomUUID()];
      const first = await buyer.refund(chargeReference, 1_000, part);
      expect(await buyer.refund(chargeReference, 1_000, part)).toEqual(first);
      expect(await buyer.fetch(reference)).toMatchObject({ refunded: 1_000 });
      const twins = await Promise.all(Array.from({ length: 5 }, () => buyer.refund(chargeReference, 1_500, rest)));
      expect(new Set(twins.map((refund) => refund.reference)).size).toBe(1);
      expect(await buyer.fetch(reference)).toMatchObject({ state: 'paid', ...EUR, refunded: 2_500 });
      for (const refund of [first, ...twins]) {
        expect(refund.state).not.toBe('failed');
        expect(await till.provider.fetchRefund(refund.reference)).toEqual(refund);
      }
      expect(twins[0]?.reference).not.toBe(first.reference);
    });

    it('but not more than is left', async () => {
      const { reference, chargeReference } = await buyer.paid();
      await buyer.refund(chargeReference, 2_000);
      await expect(buyer.refund(chargeReference, 501)).rejects.toThrow(RefundRefused);
      expect(await buyer.fetch(reference)).toMatchObject({ refunded: 2_000 });
    });
  });

  describe('tells by an event', () => {
    const told = (kind: EventKind, reference: string): ProviderEvent => {
      const body = JSON.stringify(till.event(kind, reference));
      return buyer.verify(body, till.sign(body, 'current'));
    };

    it('which checkout to look at', async () => {
      const { reference } = await buyer.paid();
      expect(told('paid', reference)).toMatchObject({ reference, paid: EUR });
      const other = await buyer.checkout();
      expect(told('expired', other.reference)).toMatchObject({ reference: other.reference, paid: undefined });
    });

    it.each(['refunded', 'disputed'] as const)(
      'which one was %s, if not by its name then by its charge',
      async (kind) => {
        const { reference } = await buyer.paid();
        await buyer.paid();
        const event = told(kind, reference);
        expect(event.reference ?? (await till.provider.locate?.(event.chargeReference ?? ''))).toBe(reference);
      },
    );

    it('nothing of what nobody here waits for', async () => {
      const { reference } = await buyer.paid();
      const { id, type, ...subject } = told('unknown', reference);
      expect([id, type]).toEqual([expect.stringMatching(/^.{1,255}$/), expect.stringMatching(/^.{1,255}$/)]);
      expect([subject.reference, subject.chargeReference, subject.paid]).toEqual([undefined, undefined, undefined]);
      expect(await till.provider.locate?.('pi_of_somebody_else')).toBeUndefined();
    });

    it('with an id that is the same when it is sent again', async () => {
      const { reference } = await buyer.paid();
      const body = JSON.stringify(till.event('paid', reference));
      const headers = till.sign(body, 'current');
      const { id } = buyer.verify(body, headers);
      expect(buyer.verify(body, headers).id).toBe(id);
      expect(told('paid', reference).id).not.toBe(id);
    });
  });

  describe('[R-63] signs', () => {
    let body: string;
    beforeAll(async () => {
      const { reference } = await buyer.checkout();
      body = JSON.stringify(till.event('paid', reference));
    });
    const refused = (sent: string, headers: Record<string, string>) =>
      expect(() => buyer.verify(sent, headers)).toThrow(SignatureInvalid);

    it('[R-63] #1 with the secret of now, or with the one before it', () => {
      for (const secret of ['current', 'previous'] as const) {
        expect(buyer.verify(body, till.sign(body, secret)).payload).toEqual(JSON.parse(body));
      }
    });

    it('[R-63] #1 every byte, and nobody else can', () => {
      const headers = till.sign(body, 'current');
      for (const at of [0, Math.floor(body.length / 2), body.length - 1]) {
        refused(`${body.slice(0, at)}${body[at] === ' ' ? '\n' : ' '}${body.slice(at + 1)}`, headers);
      }
      refused(`${body} `, headers);
      refused('', headers);
      refused(body, till.sign(body, 'wrong'));
      refused(body, {});
      for (const name of Object.keys(headers).filter((header) => header.endsWith('signature'))) {
        for (const value of [
          '',
          'v1',
          't=1,v1=00',
          'f'.repeat(64),
          `${headers[name]}0`,
          (headers[name] ?? '').slice(0, -1),
        ]) {
          refused(body, { ...headers, [name]: value });
        }
      }
    });

    it('[R-63] #1 what is at most 300 seconds old', () => {
      if (!till.dated) return expect(buyer.verify(body, till.sign(body, 'current', 86_400)).type).toBeDefined();
      expect(buyer.verify(body, till.sign(body, 'current', 290)).type).toBeDefined();
      refused(body, till.sign(body, 'current', 301));
      refused(body, till.sign(body, 'previous', 301));
    });

    it('[R-63] #2 as it was sent, whatever its whitespace', () => {
      const spaced = `\n\t ${JSON.stringify(JSON.parse(body), null, 4).replaceAll('\n', '\r\n')}\n\n`;
      expect(buyer.verify(spaced, till.sign(spaced, 'current')).payload).toEqual(JSON.parse(body));
      refused(body, till.sign(spaced, 'current'));
    });

    it('what is an event', () => {
      for (const nonsense of [
        'no JSON',
        '[]',
        '{}',
        'null',
        '5',
        '{"id":5}',
        '{"id":"evt_1","type":"refund.created"}',
      ]) {
        refused(nonsense, till.sign(nonsense, 'current'));
      }
    });
  });
});

describe.each(OVER_HTTP)('%s, when it fails,', (_name, open) => {
  let till: Till;
  let server: Server;
  // Of its own each time: failures of one test would open the breaker of the next.
  beforeEach(async () => {
    till = await open();
    if (till.server === undefined) throw new Error('It is not over HTTP.');
    server = till.server;
  });
  const buyer = at(() => till);

  /** Of the error, all that could get into a log. */
  const failing = async (work: Promise<unknown>, type: new (...args: never[]) => Error) => {
    const thrown: unknown = await work.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(type);
    expect(inspect(thrown, { depth: 20, showHidden: true })).not.toMatch(/canary/i);
  };

  it('[R-77] #2 says so by our errors, and never in its words', async () => {
    const { reference, chargeReference } = await buyer.paid();
    const words = { error: { message: 'canary of the vendor', code: 'a canary', type: 'a canary' } };
    // So many that what follows does not open the breaker.
    for (let call = 0; call < 10; call++) await buyer.fetch(reference);
    const calls = [
      () => buyer.checkout(),
      () => buyer.fetch(reference),
      () => till.provider.locate?.(chargeReference) ?? Promise.reject(new Error('It cannot.')),
      () => till.provider.expire(reference),
      () => buyer.refund(chargeReference, 1),
      () => till.provider.fetchRefund('re_1'),
    ];
    for (const call of calls) {
      server.stub.willAnswer(says(500, words));
      await failing(call(), UpstreamFailed);
    }
    // What it refuses for our sake: credentials, an address that it does not know.
    for (const status of [401, 403]) {
      for (const call of calls) {
        server.stub.willAnswer(says(status, words));
        await failing(call(), UpstreamFailed);
      }
    }
    for (const body of ['<canary>', '[]', '{}', 'null', '"canary"']) {
      server.stub.willAnswer(says(200, body));
      await failing(buyer.checkout(), UpstreamFailed);
      await failing(buyer.fetch(reference), UpstreamFailed);
    }
  }, 60_000);

  it('[R-76] #1 is asked again with the same key, until it answers', async () => {
    const paymentId = randomUUID();
    const { reference } = await buyer.checkout(EUR, paymentId);
    server.losesAnswers = 2;
    expect((await buyer.checkout(EUR, paymentId)).reference).toBe(reference);
    const other = randomUUID();
    server.losesAnswers = 2;
    const created = await buyer.checkout(EUR, other);
    expect((await buyer.checkout(EUR, other)).reference).toBe(created.reference);
  }, 30_000);

  it('does not give back twice what it has given back without an answer', async () => {
    const { reference, chargeReference } = await buyer.paid();
    server.workMs = 300;
    const refundId = randomUUID();
    const asking = buyer.refund(chargeReference, 500, refundId);
    await eventually(() => Promise.resolve(expect(server.stub.hits.some(isRefund)).toBe(true)));
    server.losesAnswers = 1;
    const refund = await asking;
    server.workMs = 0;
    expect(await buyer.refund(chargeReference, 500, refundId)).toEqual(refund);
    expect(await buyer.fetch(reference)).toMatchObject({ refunded: 500 });
  }, 30_000);

  it('[R-76] #2 is waited for five seconds at a time, and twenty in all', async () => {
    const { reference } = await buyer.checkout();
    server.stub.willAnswer(hangs);
    const started = performance.now();
    await failing(buyer.fetch(reference), UpstreamTimeout);
    expect(performance.now() - started).toBeLessThan(23_000);
    await eventually(() => {
      expect(server.stub.hits.length).toBeGreaterThan(1);
      for (const { at, abortedAt = Infinity } of server.stub.hits) expect(abortedAt - at).toBeLessThan(7_000);
      return Promise.resolve();
    });
  }, 60_000);

  it('[R-77] #1 is left alone for a while', async () => {
    server.stub.willAnswer(resets);
    const calls = Array.from({ length: 20 }, () => failing(buyer.fetch('cs_1'), UpstreamUnavailable));
    await Promise.all(calls);
    server.stub.hits.length = 0;
    const started = performance.now();
    await failing(buyer.checkout(), UpstreamUnavailable);
    await failing(buyer.fetch('cs_1'), UpstreamUnavailable);
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(server.stub.hits).toEqual([]);
  }, 60_000);
});

const isRefund = ({ method, path }: { method: string; path: string }) => method === 'POST' && path.includes('refund');
