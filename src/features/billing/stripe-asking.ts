import type { Stripe } from 'stripe';
import { AppError } from '../../core/errors/app-error.js';
import { UpstreamFailed } from '../../core/outbound/outbound.errors.js';

/** What Stripe does not do, by its codes: `resource_missing`. Never its words, which may quote what it was asked. */
export class StripeRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(`Stripe refused: ${status} ${code}.`);
  }
}

interface StripeObject {
  readonly object: string;
}

/**
 * Waits for what the library was asked, which does not look at what comes.
 * @throws {StripeRefusal} if Stripe answered 4xx
 * @throws {UpstreamFailed | UpstreamUnavailable | UpstreamTimeout} as the outbound client said
 */
export async function asked<T extends StripeObject>(kind: T['object'], answer: Promise<T>): Promise<T> {
  const object = await answer.catch((thrown: Partial<Stripe.errors.StripeError>) => {
    throw errorOf(thrown);
  });
  if (object.object !== kind) throw new UpstreamFailed(new Error(`Stripe has answered with no ${kind}.`));
  return object;
}

/** Where a refusal is of no use. @throws {UpstreamFailed} for what Stripe refused, and as `asked` */
export async function granted<T extends StripeObject>(kind: T['object'], answer: Promise<T>): Promise<T> {
  try {
    return await asked(kind, answer);
  } catch (thrown) {
    throw thrown instanceof StripeRefusal ? new UpstreamFailed(thrown) : thrown;
  }
}

function errorOf({ detail, statusCode, code, type }: Partial<Stripe.errors.StripeError>): Error {
  if (detail instanceof AppError) return detail;
  if (statusCode !== undefined && statusCode < 500) return new StripeRefusal(statusCode, wordOf(code ?? type));
  return new UpstreamFailed(new Error('Stripe has not answered as its library expects.'));
}

function wordOf(code: string | undefined): string {
  return code !== undefined && /^\w{1,60}$/.test(code) ? code : 'unknown';
}
