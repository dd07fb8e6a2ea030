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

/**
 * Waits for what the library was asked.
 * @throws {StripeRefusal} if Stripe answered 4xx
 * @throws {UpstreamFailed | UpstreamUnavailable | UpstreamTimeout} as the outbound client said
 */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (thrown) {
    const { detail, statusCode, code, type } = thrown as Partial<Stripe.errors.StripeError>;
    if (detail instanceof AppError) throw detail;
    if (statusCode !== undefined && statusCode < 500) throw new StripeRefusal(statusCode, wordOf(code ?? type));
    throw new UpstreamFailed(new Error('Stripe has not answered as its library expects.'));
  }
}

/** Where a refusal is of no use. @throws {UpstreamFailed} for what Stripe refused, and as `asked` */
export async function granted<T>(answer: Promise<T>): Promise<T> {
  try {
    return await asked(answer);
  } catch (thrown) {
    throw thrown instanceof StripeRefusal ? new UpstreamFailed(thrown) : thrown;
  }
}

function wordOf(code: string | undefined): string {
  return code !== undefined && /^\w{1,60}$/.test(code) ? code : 'unknown';
}
