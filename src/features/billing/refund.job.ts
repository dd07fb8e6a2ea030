import { defineJob } from '../../core/jobs/define-job.js';

class RefundJob {
  refundId: string;
}

/** Asks the provider to give money back. What fails is asked for again by a job of its own, since the row says when. */
export const sendRefund = defineJob('payment-refund.send', RefundJob, { retries: 3, timeoutSeconds: 60 });
