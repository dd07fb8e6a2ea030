import { HealthChecks } from '../../core/health/health-checks.js';
import { Meter } from '../../core/metering/meter.js';
import { PersonalData } from '../../core/privacy/personal-data.js';
import type { CreditMeter } from './credit-meter.js';
import { CreditsModule } from './credits.module.js';

describe('the keeping of credits', () => {
  it('fails the start where nobody would be asked for them', () => {
    const meter = new Meter(new HealthChecks());
    const credits = new CreditsModule(meter, {} as CreditMeter, new PersonalData());
    expect(() => credits.onApplicationBootstrap()).toThrow('nothing is metered');
    credits.onModuleInit();
    expect(() => credits.onApplicationBootstrap()).not.toThrow();
    expect(meter.enabled).toBe(true);
  });
});
