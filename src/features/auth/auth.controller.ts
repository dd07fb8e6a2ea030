import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { minutes } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { CurrentActor, Public, RequiresRole, RequiresSession } from '../../core/access/access.decorators.js';
import { TokenInvalid } from '../../core/access/access.errors.js';
import type { Actor } from '../../core/access/actor.js';
import { RequiresCaptcha } from '../../core/captcha/requires-captcha.decorator.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Throws } from '../../core/http/openapi.js';
import { StrictLimit } from '../../core/throttling/throttling.decorators.js';
import { EmailTaken } from '../../core/identity/identity.errors.js';
import { sessionEnded } from './auth.audit.js';
import { LoginRequest, RefreshRequest, RegisterRequest, TokenPair } from './auth.dto.js';
import { AccountSuspended, InvalidCredentials, RefreshInProgress, RefreshReused } from './auth.errors.js';
import { AuthService } from './auth.service.js';
import { RefreshService } from './refresh.service.js';
import { SessionsService } from './sessions.service.js';
import { UserView } from './user.dto.js';

@ApiTags('auth')
@Controller('auth')
@Public()
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly refreshes: RefreshService,
    private readonly sessions: SessionsService,
  ) {}

  /** Creates an account and a personal organization */
  @Post('register')
  @StrictLimit({ limit: 5, ttl: minutes(5) })
  @RequiresCaptcha()
  @Throws(EmailTaken, NotFound)
  register(@Body() request: RegisterRequest): Promise<UserView> {
    return this.auth.register(request);
  }

  /** Signs in */
  @Post('login')
  @HttpCode(200)
  @StrictLimit({ limit: 10, ttl: minutes(5) }, 'email')
  @RequiresCaptcha()
  @Throws(InvalidCredentials, AccountSuspended)
  login(@Body() request: LoginRequest): Promise<TokenPair> {
    return this.auth.login(request);
  }

  /** Exchanges a refresh token, once, for a new pair of tokens */
  @Post('refresh')
  @HttpCode(200)
  @Throws(TokenInvalid, RefreshReused, RefreshInProgress)
  refresh(@Body() { refreshToken }: RefreshRequest, @Req() request: FastifyRequest): Promise<TokenPair> {
    return this.refreshes.refresh(refreshToken, request);
  }

  /** Ends the session: its access token and its refresh token are worth nothing from now on, on every instance */
  @Post('logout')
  @HttpCode(204)
  @RequiresRole('viewer')
  @RequiresSession()
  logout(@CurrentActor() actor: Actor): Promise<void> {
    return this.sessions.end(actor, sessionEnded);
  }
}
