import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { environmentConfig, type EnvironmentConfig } from '../../core/config/environment.config.js';
import { FeatureDisabled } from '../../core/errors/core.errors.js';
import { StartRefused } from '../../core/lifecycle/start-refused.js';
import type { PaymentProvider } from './payment-provider.js';
import { PaymentProviders } from './payment-providers.js';
import { paymentsConfig, type PaymentsConfig } from './payments.config.js';

/** Which provider takes new payments. */
@Injectable()
export class ProviderChoice implements OnApplicationBootstrap {
  constructor(
    @Inject(paymentsConfig.KEY) private readonly config: PaymentsConfig,
    @Inject(environmentConfig.KEY) private readonly environment: EnvironmentConfig,
    private readonly providers: PaymentProviders,
  ) {}

  /** @throws {StartRefused} where it is not clear, or nobody could come back to this API */
  onApplicationBootstrap(): void {
    const names = this.providers.enabled.map(({ name }) => name);
    const { provider, apiUrl } = this.config;
    if (provider !== undefined && !names.includes(provider)) {
      const known = this.providers.all.map(({ name }) => name).join(', ');
      throw new StartRefused(`PAYMENT_PROVIDER names ${provider}, which is not switched on. There are: ${known}.`);
    }
    if (provider === undefined && names.length > 1) {
      throw new StartRefused(`PAYMENT_PROVIDER must name one of those that are switched on: ${names.join(', ')}.`);
    }
    const isDeployed = ['staging', 'production'].includes(this.environment.name);
    if (names.length > 0 && isDeployed && apiUrl === undefined) {
      throw new StartRefused('API_URL is required where payments are taken: links to checkouts begin with it.');
    }
  }

  get enabled(): boolean {
    return this.providers.enabled.length > 0;
  }

  /** @throws {FeatureDisabled} if there is none */
  get current(): PaymentProvider {
    const { enabled } = this.providers;
    const chosen = enabled.find(({ name }) => name === this.config.provider) ?? enabled[0];
    if (chosen === undefined) throw new FeatureDisabled('payments');
    return chosen;
  }

  /** Of a payment that was begun earlier. @throws {FeatureDisabled} if its provider is switched off by now */
  of({ provider }: { readonly provider: string }): PaymentProvider {
    const found = this.providers.find(provider);
    if (!found?.enabled) throw new FeatureDisabled(provider);
    return found;
  }
}
