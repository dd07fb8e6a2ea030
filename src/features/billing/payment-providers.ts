import { Injectable } from '@nestjs/common';
import { Registry } from '../../core/ports/registry.js';
import type { PaymentProvider } from './payment-provider.js';

/** Who could take money for us: each adapter registers in `onModuleInit`. */
@Injectable()
export class PaymentProviders {
  private readonly registry = new Registry<PaymentProvider>('payment provider');
  private readonly listeners: ((provider: PaymentProvider) => void)[] = [];

  register(provider: PaymentProvider): void {
    this.registry.register(provider.name, provider);
    for (const listen of this.listeners) listen(provider);
  }

  /** Hears of all of them: modules are made in no order that anybody could know. */
  onRegister(listen: (provider: PaymentProvider) => void): void {
    this.listeners.push(listen);
    this.all.forEach(listen);
  }

  /** Also of one that is switched off now, whose payments are there still. */
  find(name: string): PaymentProvider | undefined {
    return this.registry.find(name);
  }

  get enabled(): PaymentProvider[] {
    return this.all.filter(({ enabled }) => enabled);
  }

  get all(): PaymentProvider[] {
    return this.registry.kinds.flatMap((name) => this.registry.find(name) ?? []);
  }

  onApplicationBootstrap(): void {
    this.registry.close();
  }
}
