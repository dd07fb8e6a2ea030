import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Retention } from '../../core/retention/retention.js';
import { AccessTokens } from './access-tokens.js';
import { AccountService } from './account.service.js';
import { authConfig } from './auth.config.js';
import { ApiKey } from './api-key.entity.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { BearerAuthenticator } from './bearer-authenticator.js';
import { CaptchaController } from './captcha.controller.js';
import { Credential } from './credential.entity.js';
import { DeviceNotices } from './device-notices.js';
import { DemoSeed } from './demo.seed.js';
import { OrganizationsController } from './organizations.controller.js';
import { OrganizationsService } from './organizations.service.js';
import { PasswordHasher } from './password-hasher.js';
import { RefreshService } from './refresh.service.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Revocations } from './revocations.js';
import { Session } from './session.entity.js';
import { OwnSessionsService } from './own-sessions.service.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { Standings } from './standings.js';
import { UsersController } from './users.controller.js';

@Module({
  imports: [
    ConfigModule.forFeature(authConfig),
    TypeOrmModule.forFeature([ApiKey, Credential, Session, RefreshToken]),
    JwtModule.register({}),
  ],
  controllers: [AuthController, CaptchaController, SessionsController, UsersController, OrganizationsController],
  providers: [
    AccessTokens,
    AccountService,
    AuthService,
    BearerAuthenticator,
    DemoSeed,
    DeviceNotices,
    OrganizationsService,
    OwnSessionsService,
    PasswordHasher,
    RefreshService,
    Revocations,
    SessionsService,
    Standings,
  ],
})
export class AuthModule {
  constructor(retention: Retention) {
    retention.expire('sessions');
  }
}
