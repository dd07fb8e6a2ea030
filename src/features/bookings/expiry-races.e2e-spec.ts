import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestApp } from '../../../test/harness/app.js';
import { SOAK_SECONDS } from '../../../test/harness/soak.js';
import { book, hold, once, published, runOut } from './box-office.harness.js';
import { FakeDesk } from './fake-desk.harness.js';
import { seatFaults } from './seat-faults.harness.js';

const ROUNDS = SOAK_SECONDS * 6;
const LIMIT_MS = 60_000 + SOAK_SECONDS * 6_000;

describe('at the very moment at which its time is over', () => {
  it(
    '[R-60] a booking is paid, or its seat is free and its money goes back: never both, and never neither',
    async () => {
      const test = await TestApp.start();
      const desk = new FakeDesk(test);
      const sale = await published(test);
      const [{ api: buyer }, { api: other }] = [await test.actor('viewer'), await test.actor('viewer')];
      const seen = new Set<string>();
      for (let round = 0; round < ROUNDS; round++) {
        const { body } = await book(buyer, await hold(buyer, sale, ['A1']));
        const [id, paymentId] = [String(body.id), body.paymentId as string];
        await runOut(test, id, 40);
        const [outcome, taken] = await Promise.all([
          sleep(randomInt(10, 60)).then(() => desk.settle(paymentId)),
          sleep(randomInt(10, 60)).then(() => hold(other, sale, ['A1'])),
        ]);
        const { status } = (await buyer.get(`/v1/bookings/${id}`)).body;
        seen.add(`${outcome}, ${taken.status}`);
        expect([201, 409]).toContain(taken.status);
        // That nobody has the seat is no fault: one came too late, and the other too early.
        expect(`${outcome}, ${taken.status}`).not.toBe('settled, 201');
        expect(status === 'confirmed').toBe(outcome === 'settled');
        expect(await seatFaults(test)).toEqual([]);
        // Whatever is asked once more has the same answer.
        expect(await desk.settle(paymentId)).toBe(outcome);
        if (taken.status === 201) await other.send('DELETE', `/v1/holds/${String(taken.body.id)}`);
        if (outcome === 'settled') await once(buyer).post(`/v1/bookings/${id}/cancel`);
      }
      expect([...seen]).toEqual(expect.arrayContaining(['settled, 409', 'refused, 201']));
    },
    LIMIT_MS,
  );

  it(
    '[R-60] a hold is booked by one or taken by another',
    async () => {
      const test = await TestApp.start();
      const desk = new FakeDesk(test);
      const sale = await published(test);
      const [{ api: buyer }, { api: other }] = [await test.actor('viewer'), await test.actor('viewer')];
      for (let round = 0; round < ROUNDS; round++) {
        const held = await hold(buyer, sale, ['A1', 'A2']);
        await runOut(test, held.body.id, 40);
        const [booked, taken] = await Promise.all([
          sleep(randomInt(10, 60)).then(() => book(buyer, held)),
          sleep(randomInt(10, 60)).then(() => hold(other, sale, ['A2', 'A3'])),
        ]);
        expect([
          [201, 409],
          [409, 201],
          [409, 409],
        ]).toContainEqual([booked.status, taken.status]);
        expect(await seatFaults(test)).toEqual([]);
        if (taken.status === 201) await other.send('DELETE', `/v1/holds/${String(taken.body.id)}`);
        if (booked.status === 201) await once(buyer).post(`/v1/bookings/${String(booked.body.id)}/cancel`);
      }
      expect(desk.refunds).toEqual([]);
    },
    LIMIT_MS,
  );
});
