import type { GivenRequests, Owner } from '../../../test/harness/valid-requests.js';
import type { TestApp } from '../../../test/harness/app.js';
import { book, holdStanding, published } from './box-office.harness.js';

/** A booking of the owner, of an event that they sell themselves. */
async function booked({ api }: Owner, test: TestApp) {
  const sale = await published(test, {}, api);
  const { body } = await book(api, await holdStanding(api, sale, 1));
  return { id: String(body.id), eventId: sale.id };
}

export const requests: GivenRequests = {
  'GET /v1/bookings/{id}/ticket': async (owner, test) => ({ params: { id: (await booked(owner, test)).id } }),
  'POST /v1/events/{id}/check-in': async (owner, test) => {
    const { id, eventId } = await booked(owner, test);
    const { body } = await owner.api.get(`/v1/bookings/${id}/ticket`);
    return { params: { id: eventId }, body: { code: String(body.code) } };
  },
};
