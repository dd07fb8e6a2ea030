import { Controller, HttpCode, Param, Post, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../core/access/access.decorators.js';
import { FeatureDisabled, NotFound, PayloadTooLarge, UnsupportedMediaType } from '../../core/errors/core.errors.js';
import { BodyLimit } from '../../core/http/body-limits.js';
import { Throws } from '../../core/http/openapi.js';
import { KeepsRawBody, RawBytes } from '../../core/http/raw-body.js';
import { Unlimited } from '../../core/throttling/throttling.decorators.js';
import { SignatureInvalid } from '../../core/webhook-sources/webhook-sources.errors.js';
import { EventReceived, OfProvider } from './inbound.dto.js';
import { Inbound } from './inbound.service.js';

@ApiTags('webhooks')
@Controller({ path: 'webhooks', version: VERSION_NEUTRAL })
export class InboundController {
  constructor(private readonly inbound: Inbound) {}

  /** An event of a provider, as JSON that it has signed; 200 once its effect is committed, also if it came before */
  @Post(':provider')
  @HttpCode(200)
  @Public()
  @Unlimited('if signed')
  @KeepsRawBody()
  @BodyLimit('1mb')
  @Throws(SignatureInvalid, NotFound, FeatureDisabled, PayloadTooLarge, UnsupportedMediaType)
  receive(
    @Param() { provider }: OfProvider,
    @RawBytes() raw: Buffer,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventReceived> {
    return this.inbound.receive(provider, raw, request, reply);
  }
}
