import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, Trimmed } from '../../core/http/fields.js';
import { PageInfo } from '../../core/pagination/page.dto.js';
import {
  DISABLED_REASONS,
  type DisabledReason,
  ENDPOINT_STATUSES,
  type EndpointStatus,
  type WebhookEndpoint,
} from './webhook-endpoint.entity.js';

const MOST_TYPES = 100;
const LONGEST_URL = 2_048;
const LONGEST_DESCRIPTION = 200;
const DAY = 24;

export class CreateWebhookEndpoint {
  /** Where webhooks are sent to: https, on port 443 or 8443, and a public address */
  @Trimmed()
  @ApiProperty({ format: 'uri', example: 'https://example.org/hooks', maxLength: LONGEST_URL })
  @IsString()
  @Length(1, LONGEST_URL)
  url: string;

  /** What it is for */
  @Trimmed()
  @ApiPropertyOptional({ example: 'Accounting', maxLength: LONGEST_DESCRIPTION, default: '' })
  @IfPresent()
  @IsString()
  @MaxLength(LONGEST_DESCRIPTION)
  description: string = '';

  /** Which events are sent, as `GET /v1/event-types` names them; none, or `*`, are all of them, also those to come */
  @ApiPropertyOptional({ type: [String], maxItems: MOST_TYPES, default: [], example: ['*'] })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(MOST_TYPES)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  eventTypes: string[] = [];
}

export class UpdateWebhookEndpoint {
  /** Where webhooks are sent to from now on, also those that wait */
  @Trimmed()
  @ApiPropertyOptional({ format: 'uri', example: 'https://example.org/hooks', maxLength: LONGEST_URL })
  @IfPresent()
  @IsString()
  @Length(1, LONGEST_URL)
  url?: string;

  /** What it is for */
  @Trimmed()
  @ApiPropertyOptional({ maxLength: LONGEST_DESCRIPTION })
  @IfPresent()
  @IsString()
  @MaxLength(LONGEST_DESCRIPTION)
  description?: string;

  /** Which events are sent from now on */
  @ApiPropertyOptional({ type: [String], maxItems: MOST_TYPES, example: ['*'] })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(MOST_TYPES)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  eventTypes?: string[];

  /** `disabled`: what happens meanwhile is not sent, and what waits goes on waiting until it is `enabled` */
  @ApiPropertyOptional({ enum: ENDPOINT_STATUSES })
  @IfPresent()
  @IsIn(ENDPOINT_STATUSES)
  status?: EndpointStatus;
}

export class RotateWebhookSecret {
  /** For how long the old secret signs beside the new one, in hours; 0 ends it at once */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 7 * DAY, default: DAY })
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(7 * DAY)
  overlapHours: number = DAY;
}

export class WebhookEndpointView {
  @ApiProperty({ format: 'uuid', maxLength: 36 })
  id: string;

  @ApiProperty({ maxLength: LONGEST_URL })
  url: string;

  @ApiProperty({ maxLength: 1_000 })
  description: string;

  @ApiProperty({ type: 'array', items: { type: 'string', maxLength: 100 }, maxItems: MOST_TYPES })
  eventTypes: string[];

  @ApiProperty({ enum: ENDPOINT_STATUSES })
  status: EndpointStatus;

  /** `gone`: its receiver answered 410; `failing`: nothing has arrived for five days; null while it is enabled */
  @ApiProperty({ type: 'string', enum: [...DISABLED_REASONS, null], nullable: true })
  disabledReason: DisabledReason | null;

  /** Since when nothing has arrived; null if the last attempt has, or there was none */
  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  failingSince: string | null;

  /** Until when the secret before signs too; null if there is none */
  @ApiProperty({ type: 'string', format: 'date-time', maxLength: 30, nullable: true })
  previousSecretUntil: string | null;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  createdAt: string;

  @ApiProperty({ format: 'date-time', maxLength: 30 })
  updatedAt: string;
}

export class NewWebhookSecret extends WebhookEndpointView {
  /** By which you verify what you receive. It is shown this once: nobody can look it up again */
  @ApiProperty({ maxLength: 100, example: 'whsec_…' })
  secret: string;
}

export class WebhookEndpointPage {
  @ApiProperty({ type: [WebhookEndpointView], maxItems: 100 })
  data: WebhookEndpointView[];

  page: PageInfo;
}

export class EventTypes {
  /** What an endpoint can subscribe to */
  @ApiProperty({ type: 'array', items: { type: 'string', maxLength: 100 }, maxItems: 1_000 })
  eventTypes: string[];

  /** What stands for all of them, also those to come */
  @ApiProperty({ maxLength: 1, example: '*' })
  all: string;
}

export const toWebhookEndpointView = (endpoint: WebhookEndpoint): WebhookEndpointView => ({
  id: endpoint.id,
  url: endpoint.url,
  description: endpoint.description,
  eventTypes: endpoint.eventTypes,
  status: endpoint.status,
  disabledReason: endpoint.disabledReason,
  failingSince: endpoint.failingSince?.toISOString() ?? null,
  previousSecretUntil: endpoint.previousSecretUntil?.toISOString() ?? null,
  createdAt: endpoint.createdAt.toISOString(),
  updatedAt: endpoint.updatedAt.toISOString(),
});
