import 'reflect-metadata';
import { Buffer } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Module } from '@nestjs/common';
import { planned } from '../dist/src/core/database/planned.js';
import { ProcessLifecycle } from '../dist/src/core/lifecycle/process-lifecycle.js';
import { SignatureInvalid } from '../dist/src/core/webhook-sources/webhook-sources.errors.js';
import { WebhookSources } from '../dist/src/core/webhook-sources/webhook-sources.js';
import { serve } from '../dist/src/serve.js';

const APPLY = planned('INSERT INTO bench_effects (event_id, amount) VALUES ($1, $2)');

/** A provider whose events are signed, and have an effect that is a row. */
class BenchProvider {
  enabled = true;

  constructor(sources) {
    sources.register('bench', this);
  }

  verify(raw, headers) {
    const expected = createHmac('sha256', process.env.BENCH_EVENT_SECRET)
      .update(`${headers['bench-timestamp']}.`)
      .update(raw)
      .digest();
    const given = Buffer.from(String(headers['bench-signature']), 'hex');
    const isFresh = Math.abs(Date.now() / 1_000 - Number(headers['bench-timestamp'])) <= 300;
    if (!isFresh || given.length !== expected.length || !timingSafeEqual(expected, given)) throw new SignatureInvalid();
    const payload = JSON.parse(raw.toString());
    return { id: payload.id, type: payload.type, payload };
  }

  async handle(tx, { id, payload }) {
    await tx.query(APPLY, [id, payload.amount]);
    return 'handled';
  }
}
Reflect.defineMetadata('design:paramtypes', [WebhookSources], BenchProvider);

class BenchModule {}
Module({ providers: [BenchProvider] })(BenchModule);

await serve(new ProcessLifecycle().watch(), [BenchModule]);
