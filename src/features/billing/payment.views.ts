import type { PaidPayment } from '../../core/payments/payables.js';
import type { PaymentView, RefundView } from './payment.dto.js';
import type { PaymentRefund } from './payment-refund.entity.js';
import type { Payment } from './payment.entity.js';

/** What is shown of a payment: nothing by which somebody could pay it, or that only the provider knows it by. */
export type ShownPayment = Omit<
  Payment,
  'organization' | 'sellerOrganization' | 'user' | 'tokenHash' | 'sealedToken' | 'checkAt'
>;

export const toPaymentView = (payment: ShownPayment): PaymentView => ({
  id: payment.id,
  organizationId: payment.organizationId,
  sellerOrganizationId: payment.sellerOrganizationId,
  payable: { kind: payment.payableKind, id: payment.payableId },
  amount: payment.amount,
  currency: payment.currency,
  description: payment.description,
  status: payment.status,
  refunded: payment.refunded,
  disputed: payment.disputedAt !== null,
  createdAt: payment.createdAt.toISOString(),
  paidAt: payment.paidAt?.toISOString() ?? null,
  expiresAt: payment.expiresAt.toISOString(),
});

export const toRefundView = ({ id, paymentId, amount, reason, status, createdAt }: PaymentRefund): RefundView => ({
  id,
  paymentId,
  amount,
  reason,
  status,
  createdAt: createdAt.toISOString(),
});

/** As those see it who sell. */
export const toPaidPayment = ({
  id,
  payableId,
  organizationId,
  userId,
  amount,
  currency,
}: ShownPayment): PaidPayment => ({
  id,
  payableId,
  organizationId,
  userId,
  amount,
  currency,
});
