import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.js';
import { AccessModule } from './access/access.module.js';
import { ActorGuard } from './access/actor.guard.js';
import { AlertsModule } from './alerts/alerts.module.js';
import { AdministrationGuard } from './audit/administration.guard.js';
import { AuditModule } from './audit/audit.module.js';
import { CacheModule } from './cache/cache.module.js';
import { CaptchaModule } from './captcha/captcha.module.js';
import { ConfigModule } from './config/config.module.js';
import { CryptoModule } from './crypto/crypto.module.js';
import { DatabaseModule } from './database/database.module.js';
import { ErrorTrackingModule } from './error-tracking/error-tracking.module.js';
import { EventsModule } from './events/events.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { LifecycleModule } from './lifecycle/lifecycle.module.js';
import { LoggingModule } from './logging/logging.module.js';
import { MessagingModule } from './messaging/messaging.module.js';
import { MeteringModule } from './metering/metering.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { OutboundModule } from './outbound/outbound.module.js';
import { PaginationModule } from './pagination/pagination.module.js';
import { PaymentsModule } from './payments/payments.module.js';
import { PlanLimitGuard } from './plans/plan-limit.guard.js';
import { PlansModule } from './plans/plans.module.js';
import { PreferencesModule } from './preferences/preferences.module.js';
import { PrivacyModule } from './privacy/privacy.module.js';
import { EventLimitGuard } from './realtime/event-limits.js';
import { RealtimeModule } from './realtime/realtime.module.js';
import { RedisModule } from './redis/redis.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { SeedingModule } from './seeding/seeding.module.js';
import { SideEffectsModule } from './side-effects/side-effects.module.js';
import { SignalsModule } from './signals/signals.module.js';
import { StrictLimitGuard, PrincipalLimitGuard } from './throttling/rate-limit.guard.js';
import { SystemModule } from './system/system.module.js';
import { ThrottlingModule } from './throttling/throttling.module.js';
import { TracingModule } from './tracing/tracing.module.js';
import { UserJobsModule } from './user-jobs/user-jobs.module.js';
import { WebhookSourcesModule } from './webhook-sources/webhook-sources.module.js';

/** In the order in which each request passes them, whatever its route, and each event of a socket. */
const GUARDS = [
  StrictLimitGuard,
  EventLimitGuard,
  ActorGuard,
  PrincipalLimitGuard,
  PlanLimitGuard,
  AccessGuard,
  AdministrationGuard,
];

/** The cross-cutting core. */
@Module({
  imports: [
    ConfigModule,
    LoggingModule,
    LifecycleModule,
    MetricsModule,
    SideEffectsModule,
    TracingModule,
    ErrorTrackingModule,
    CryptoModule,
    DatabaseModule,
    RedisModule,
    SignalsModule,
    CacheModule,
    HttpModule,
    HealthModule,
    ThrottlingModule,
    AccessModule,
    IdentityModule,
    AuditModule,
    PaginationModule,
    IdempotencyModule,
    JobsModule,
    RetentionModule,
    EventsModule,
    UserJobsModule,
    RealtimeModule,
    OutboundModule,
    CaptchaModule,
    AlertsModule,
    MessagingModule,
    PreferencesModule,
    NotificationsModule,
    PrivacyModule,
    MeteringModule,
    PaymentsModule,
    PlansModule,
    WebhookSourcesModule,
    SystemModule,
    SeedingModule,
  ],
  providers: GUARDS.map((guard) => ({ provide: APP_GUARD, useExisting: guard })),
})
export class CoreModule {}
