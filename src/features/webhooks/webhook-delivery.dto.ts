import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '../../core/pagination/page.dto.js';
import type { WebhookAttempt } from './webhook-attempt.entity.js';
import { DELIVERY_STATUSES, type DeliveryStatus, type WebhookDelivery } from './webhook-delivery.entity.js';

/** How many attempts a delivery shows, the newest. */
export const MOST_ATTEMPTS = 20;

export class WebhookAttemptView {
  /** From 1 */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 2_147_483_647 })
  number: number;

  /** Null if there was no answer */
  @ApiProperty({ type: 'integer', minimum: 100, maximum: 999, nullable: true })
  statusCode: number | null;

  /** Why it has not arrived, such as REFUSED (the answer was no 2xx) or UPSTREAM_TIMEOUT; null if it has */
  @ApiProperty({ type: 'string', maxLength: 50, nullable: true })
  errorCode: string | null;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 2_147_483_647 })
  durationMs: number;

  /** How the answer begins, at most 1 KiB; null if it was empty */
  @ApiProperty({ type: 'string', maxLength: 65_536, nullable: true })
  response: string | null;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  startedAt: string;
}

export class WebhookDeliveryView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ format: 'uuid', maxLength: 36 })
  endpointId: string;

  /** What its receiver knows it by: the header `webhook-id` of each attempt */
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  messageId: string;

  @ApiProperty({ maxLength: 100 })
  eventType: string;

  /** `cancelled`: it was too large to be sent */
  @ApiProperty({ enum: DELIVERY_STATUSES })
  status: DeliveryStatus;

  /** Of the last attempt */
  @ApiProperty({ type: 'string', maxLength: 50, nullable: true })
  errorCode: string | null;

  /** The newest, in their order */
  @ApiProperty({ type: [WebhookAttemptView], maxItems: MOST_ATTEMPTS })
  attempts: WebhookAttemptView[];

  /** Null if there is none */
  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  nextAttemptAt: string | null;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;

  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  endedAt: string | null;
}

export class WebhookDeliveryPage {
  @ApiProperty({ type: [WebhookDeliveryView], maxItems: 100 })
  data: WebhookDeliveryView[];

  page: PageInfo;
}

export const toWebhookDeliveryView = (
  delivery: WebhookDelivery,
  attempts: readonly WebhookAttempt[],
): WebhookDeliveryView => ({
  id: delivery.id,
  endpointId: delivery.endpointId,
  messageId: delivery.eventId,
  eventType: delivery.eventType,
  status: delivery.status,
  errorCode: delivery.errorCode,
  attempts: attempts.map(toWebhookAttemptView),
  nextAttemptAt: delivery.nextAttemptAt?.toISOString() ?? null,
  createdAt: delivery.createdAt.toISOString(),
  endedAt: delivery.endedAt?.toISOString() ?? null,
});

const toWebhookAttemptView = (attempt: WebhookAttempt): WebhookAttemptView => ({
  number: attempt.number,
  statusCode: attempt.statusCode,
  errorCode: attempt.errorCode,
  durationMs: attempt.durationMs,
  response: attempt.response,
  startedAt: attempt.startedAt.toISOString(),
});
