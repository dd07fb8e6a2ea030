import { Offer, Registry } from './registry.js';

describe('a registry', () => {
  it('knows what was registered, by kind', () => {
    const registry = new Registry<number>('number');
    registry.register('one', 1);
    expect([registry.find('one'), registry.find('two'), registry.kinds]).toEqual([1, undefined, ['one']]);
  });

  it('refuses a kind that is there, and all of them once it is closed', () => {
    const registry = new Registry<number>('number');
    registry.register('one', 1);
    expect(() => registry.register('one', 2)).toThrow('The number "one" is registered twice.');
    registry.close();
    expect(() => registry.register('two', 2)).toThrow('The number "two" comes too late');
    expect(registry.find('one')).toBe(1);
  });
});

describe('an offer', () => {
  it('is made by one', () => {
    const offer = new Offer<number>('number');
    expect(offer.current).toBeUndefined();
    offer.provide(1);
    expect(() => offer.provide(2)).toThrow('The number is provided twice.');
    expect(offer.current).toBe(1);
  });
});
