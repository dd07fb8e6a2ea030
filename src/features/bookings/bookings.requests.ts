import type { TestApp } from '../../../test/harness/app.js';
import { Payments } from '../../core/payments/payments.js';
import type { GivenRequests, Owner } from '../../../test/harness/valid-requests.js';
import { book, concert, hold, holdStanding, once, published, type Sale } from './box-office.harness.js';
import { FakeDesk } from './fake-desk.harness.js';

/** Somebody's event that is on sale: those who buy need not be those who sell. */
const onSale = async (test: TestApp) => ({ params: { id: (await published(test)).id } });

async function draft({ api }: Owner) {
  const { body } = await once(api).post('/v1/events', concert());
  return { params: { id: String(body.id) } };
}

async function booked({ api }: Owner, test: TestApp, sale?: Sale) {
  const { body } = await book(api, await holdStanding(api, sale ?? (await published(test)), 1));
  return { params: { id: String(body.id) } };
}

/** One that waits for its money: somebody has to take it. */
async function unpaid({ api }: Owner, test: TestApp) {
  if (!test.app.get(Payments, { strict: false }).enabled) new FakeDesk(test);
  const { body } = await book(api, await hold(api, await published(test), ['A1']));
  return { params: { id: String(body.id) } };
}

export const requests: GivenRequests = {
  'POST /v1/events': () => ({ body: concert() }),
  'GET /v1/events/{id}': (_owner, test) => onSale(test),
  'PATCH /v1/events/{id}': async (owner) => ({ ...(await draft(owner)), body: { title: 'Another concert' } }),
  'POST /v1/events/{id}/publish': draft,
  'POST /v1/events/{id}/cancel': draft,
  'GET /v1/events/{id}/availability': (_owner, test) => onSale(test),
  'GET /v1/events/{id}/seats': async (_owner, test) => {
    const { id, types } = await published(test);
    return { params: { id }, query: { seatTypeId: String(types.VIP) } };
  },
  'POST /v1/events/{id}/holds': async (_owner, test) => {
    const { id, types } = await published(test);
    return { params: { id }, body: { seats: [{ seatTypeId: types.VIP, label: 'A1' }] } };
  },
  'DELETE /v1/holds/{id}': async ({ api }, test) => {
    const { body } = await hold(api, await published(test), ['A1']);
    return { params: { id: String(body.id) } };
  },
  'POST /v1/bookings': async ({ api }, test) => {
    const { body } = await holdStanding(api, await published(test), 1);
    return { body: { holdId: String(body.id) } };
  },
  'GET /v1/bookings/{id}': booked,
  'POST /v1/bookings/{id}/cancel': booked,
  'POST /v1/bookings/{id}/checkout': unpaid,
  'GET /v1/events/{id}/bookings': draft,
};
