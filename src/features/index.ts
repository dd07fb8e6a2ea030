export {}; // without a feature this is a module still
export { AuthModule } from './auth/auth.module.js';
export { BillingModule } from './billing/billing.module.js';
export { BookingsModule } from './bookings/bookings.module.js';
export { WebhooksModule } from './webhooks/webhooks.module.js';
