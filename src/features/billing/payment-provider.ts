import type { IncomingHttpHeaders } from 'node:http';
import type { Money } from '../../core/payments/payables.js';

/** What a buyer is to be shown. */
export interface CheckoutRequest extends Money {
  /** Of our payment: the key by which the provider knows that it was asked before */
  readonly paymentId: string;
  readonly description: string;
  /** Where the buyer goes from the provider's page, whatever they did there */
  readonly returnUrl: string;
}

export interface Checkout {
  /** What the provider calls it: it is asked for by this later, at most 255 characters */
  readonly reference: string;
  /** The provider's page */
  readonly url: string;
  /** When nobody can pay there any more */
  readonly expiresAt: Date;
}

/** How a payment stands at the provider, as it says when it is asked. */
export interface ProviderPayment extends Money {
  /** As of `Checkout` */
  readonly reference: string;
  /** `expired`: nobody can pay it any more. A payment that failed can still be tried again until then */
  readonly state: 'open' | 'paid' | 'expired';
  /** What the provider needs to give money back, known once it is paid */
  readonly chargeReference?: string;
  /** How much went back in all, in minor units */
  readonly refunded: number;
  /** Whether the buyer has disputed it with their bank */
  readonly disputed: boolean;
}

export interface ProviderRefundRequest extends Money {
  /** Of our refund: the key by which the provider knows that it was asked before */
  readonly refundId: string;
  readonly chargeReference: string;
}

export interface ProviderRefund {
  /** What the provider calls it */
  readonly reference: string;
  readonly state: 'pending' | 'succeeded' | 'failed';
}

/** What a provider tells by its webhook: which checkout or refund to look at again. Order and repetition do not matter. */
export interface ProviderEvent {
  /** The provider's, the same each time it is sent again */
  readonly id: string;
  /** As the provider calls it */
  readonly type: string;
  readonly payload: object;
  /** The checkout that it is about; undefined for what nobody here waits for */
  readonly reference?: string;
  /** The charge that it is about, if it does not name the checkout itself: `locate` asks for it */
  readonly chargeReference?: string;
  /** What it says was paid, if it says so: held against the order beside what the provider answers when it is asked */
  readonly paid?: Money;
}

/** Whoever takes money for us. Nothing here is called inside of a transaction. */
export interface PaymentProvider {
  /** As the path of its webhook and the rows of payments say it: `stripe` */
  readonly name: string;
  /** Whether it is switched on here */
  readonly enabled: boolean;
  /**
   * Asked again for the same payment, the same checkout.
   * @throws {AmountNotPayable} if the provider knows no such amount
   * @throws an error of the outbound client if the provider fails
   */
  createCheckout(request: CheckoutRequest): Promise<Checkout>;
  /** @throws an error of the outbound client if the provider fails */
  fetch(reference: string): Promise<ProviderPayment>;
  /**
   * Of which checkout a charge is, for events that name nothing else.
   * @returns undefined if it is of none
   * @throws an error of the outbound client if the provider fails
   */
  locate?(chargeReference: string): Promise<string | undefined>;
  /** Makes sure that nobody can pay it any more, if nobody has yet. */
  expire(reference: string): Promise<void>;
  /**
   * Asked again for the same refund, the same refund.
   * @throws {RefundRefused} if it is never done, however often it is asked for
   * @throws an error of the outbound client if the provider fails
   */
  refund(request: ProviderRefundRequest): Promise<ProviderRefund>;
  /** How a refund stands that was `pending`. */
  fetchRefund(reference: string): Promise<ProviderRefund>;
  /** @throws {SignatureInvalid} */
  verify(raw: Buffer, headers: IncomingHttpHeaders): ProviderEvent;
}
