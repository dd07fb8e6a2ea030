import Joi from 'joi';
import { env, optionalEnv, optionalSecretEnv, secretEnv } from './variable.js';

const text = Joi.string();
const DEFAULTS = {
  'a default': text.default('changeme'),
  'an empty default': text.default(''),
  'a default that is computed': text.default(() => 'changeme'),
  'a value for what is wrong': text.failover('changeme'),
  'a default in development': text.when('NODE_ENV', { is: 'development', then: text.default('changeme') }),
  'a default elsewhere': text.when('NODE_ENV', {
    is: 'production',
    then: text.required(),
    otherwise: text.default('x'),
  }),
  'a default in a switch': text.when('NODE_ENV', { switch: [{ is: 'test', then: text.default('changeme') }] }),
};

describe('a secret', () => {
  it.each(Object.entries(DEFAULTS))('must not have %s', (_, rule) => {
    const message = 'SIGNING_KEY is a secret: its rule must not have a default.';
    expect(() => secretEnv('SIGNING_KEY', rule, '')).toThrow(message);
    expect(() => optionalSecretEnv('SIGNING_KEY', rule, '')).toThrow(message);
  });

  it('may be missing, or be required in some environments only', () => {
    const inProduction = text.when('NODE_ENV', { is: 'production', then: text.required() });
    expect(secretEnv('SIGNING_KEY', inProduction, '')).toMatchObject({ secret: true });
    expect(optionalSecretEnv('SIGNING_KEY', text.min(32), '')).toMatchObject({ secret: true });
  });

  it.each([
    'STRIPE_API_KEY',
    'STRIPE_WEBHOOK_SECRET',
    'SENTRY_TOKEN',
    'SMTP_PASSWORD',
    'SMTP_PASS',
    'GITHUB_PRIVATE_KEY',
    'MAPS_APIKEY',
    'JWT_SECRET_PREVIOUS',
  ])('is known by its name: %s', (name) => {
    const message = `${name} looks like a secret: declare it with secretEnv, which knows no default.`;
    expect(() => env(name, text, '')).toThrow(message);
    expect(() => optionalEnv(name, text, '')).toThrow(message);
  });

  it.each([
    'ACCESS_TOKEN_TTL_SECONDS',
    'PASSWORD_HASH_MEMORY_KIB',
    'VAPID_PUBLIC_KEY',
    'STRIPE_PUBLISHABLE_KEY',
    'MONKEY',
  ])('is not what only sounds like one: %s', (name) =>
    expect(env(name, text.default('x'), '')).toMatchObject({ secret: false }),
  );
});
