import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { smtpConfig } from '../../core/messaging/smtp.config.js';
import { Retention } from '../../core/retention/retention.js';
import { AccessTokens } from './access-tokens.js';
import { AccountErasure } from './account-erasure.service.js';
import { AccountService } from './account.service.js';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { ApiKeyHasher } from './api-key-hasher.js';
import { ApiKeyLookup } from './api-key-lookup.js';
import { ApiKeyUses } from './api-key-uses.js';
import { ApiKey } from './api-key.entity.js';
import { apiKeysConfig } from './api-keys.config.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { authConfig } from './auth.config.js';
import { AuthController } from './auth.controller.js';
import { ProofsOfPeople } from './auth.personal-data.js';
import { AuthService } from './auth.service.js';
import { BearerAuthenticator } from './bearer-authenticator.js';
import { CaptchaController } from './captcha.controller.js';
import { Credential } from './credential.entity.js';
import { CurrentPassword } from './current-password.js';
import { DemoSeed } from './demo.seed.js';
import { DevAppRoutes } from './dev-app-routes.js';
import { DeviceNotices } from './device-notices.js';
import { EmailChanges } from './email-changes.js';
import { EmailVerification } from './email-verification.service.js';
import { EmailController } from './email.controller.js';
import { ForgottenPasswords } from './forgotten-passwords.js';
import { InvitationAcceptanceController } from './invitation-acceptance.controller.js';
import { InvitationAcceptance } from './invitation-acceptance.service.js';
import { Invitation } from './invitation.entity.js';
import { InvitationsController } from './invitations.controller.js';
import { InvitationsService } from './invitations.service.js';
import { MembersController } from './members.controller.js';
import { MembersService } from './members.service.js';
import { OneTimeToken } from './one-time-token.entity.js';
import { oneTimeTokensConfig } from './one-time-tokens.config.js';
import { OneTimeTokens } from './one-time-tokens.js';
import { OrganizationSwitchController } from './organization-switch.controller.js';
import { OrganizationSwitch } from './organization-switch.service.js';
import { OrganizationsController } from './organizations.controller.js';
import { OrganizationsService } from './organizations.service.js';
import { OwnSessionsService } from './own-sessions.service.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordsController } from './passwords.controller.js';
import { PasswordsService } from './passwords.service.js';
import { RefreshToken } from './refresh-token.entity.js';
import { RefreshService } from './refresh.service.js';
import { Revocations } from './revocations.js';
import { Session } from './session.entity.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { Standings } from './standings.js';
import { UsersController } from './users.controller.js';

@Module({
  imports: [
    ConfigModule.forFeature(apiKeysConfig),
    ConfigModule.forFeature(authConfig),
    ConfigModule.forFeature(oneTimeTokensConfig),
    ConfigModule.forFeature(smtpConfig),
    TypeOrmModule.forFeature([ApiKey, Credential, Invitation, OneTimeToken, RefreshToken, Session]),
    JwtModule.register({}),
  ],
  controllers: [
    ApiKeysController,
    AuthController,
    CaptchaController,
    EmailController,
    InvitationAcceptanceController,
    InvitationsController,
    MembersController,
    OrganizationSwitchController,
    OrganizationsController,
    PasswordsController,
    SessionsController,
    UsersController,
  ],
  providers: [
    AccessTokens,
    AccountErasure,
    AccountService,
    ApiKeyAuthenticator,
    ApiKeyHasher,
    ApiKeyLookup,
    ApiKeyUses,
    ApiKeysService,
    AuthService,
    BearerAuthenticator,
    CurrentPassword,
    DemoSeed,
    DevAppRoutes,
    DeviceNotices,
    EmailChanges,
    EmailVerification,
    ForgottenPasswords,
    InvitationAcceptance,
    InvitationsService,
    MembersService,
    OneTimeTokens,
    OrganizationSwitch,
    OrganizationsService,
    OwnSessionsService,
    PasswordHasher,
    PasswordsService,
    ProofsOfPeople,
    RefreshService,
    Revocations,
    SessionsService,
    Standings,
  ],
})
export class AuthModule {
  constructor(retention: Retention) {
    retention.expire('api_keys');
    retention.expire('invitations');
    retention.expire('one_time_tokens');
    retention.expire('sessions');
  }
}
