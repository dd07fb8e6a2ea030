import { FeatureDisabled, NotFound } from '../errors/core.errors.js';
import { type WebhookSource, WebhookSources } from './webhook-sources.js';

const source = (enabled: boolean): WebhookSource => ({
  enabled,
  verify: () => ({ id: '1', type: 'any', payload: {} }),
  handle: () => Promise.resolve('handled'),
});

describe('sources of webhooks', () => {
  it('[R-86] are asked for by the name of their provider, if they are switched on', () => {
    const sources = new WebhookSources();
    const on = source(true);
    sources.register('on', on);
    sources.register('off', source(false));
    sources.onApplicationBootstrap();
    expect(sources.require('on')).toBe(on);
    expect(() => sources.require('off')).toThrow(FeatureDisabled);
    expect(() => sources.require('unknown')).toThrow(NotFound);
    expect(() => sources.register('late', on)).toThrow('comes too late');
  });

  it('[R-86] have one handler each', () => {
    const sources = new WebhookSources();
    sources.register('one', source(true));
    expect(() => sources.register('one', source(true))).toThrow('registered twice');
  });
});
