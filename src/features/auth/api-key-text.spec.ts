import { isApiKey, newApiKey, prefixOf } from './api-key-text.js';

const KEYS = Array.from({ length: 2_000 }, () => newApiKey('app_live'));

describe('the text of an API key', () => {
  it('is its prefix, an id to show, a secret of 32 characters, and a checksum', () => {
    for (const key of KEYS.slice(0, 100)) {
      expect(key).toMatch(/^app_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{38}$/);
      expect(isApiKey(key)).toBe(true);
      expect(prefixOf(key)).toBe(key.slice(0, 17));
    }
    expect(new Set(KEYS).size).toBe(KEYS.length);
  });

  it('has a checksum that anybody can compute: CRC32 of all before it, in base 62', () => {
    expect(isApiKey('app_live_00000000_' + '0'.repeat(32) + '34fk6t')).toBe(true);
  });

  it('shows every typo of one character, two that were swapped, and what was cut off', () => {
    const [key = ''] = KEYS;
    for (let place = 0; place < key.length; place++) {
      const other = key[place] === 'x' ? 'y' : 'x';
      expect(isApiKey(key.slice(0, place) + other + key.slice(place + 1))).toBe(false);
      expect(isApiKey(key.slice(0, place))).toBe(false);
      const swapped =
        key.slice(0, place) +
        key
          .slice(place, place + 2)
          .split('')
          .reverse()
          .join('') +
        key.slice(place + 2);
      if (swapped !== key) expect(isApiKey(swapped)).toBe(false);
    }
    for (const text of ['', 'key', `${key} `, `${key}\n`, `${key}, ${key}`, key.toUpperCase()]) {
      expect(isApiKey(text)).toBe(false);
    }
  });

  it('has each character as often as any other', () => {
    const counts = new Map<string, number>();
    for (const key of KEYS) for (const letter of key.slice(18, 50)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(62);
    const usual = (KEYS.length * 32) / 62;
    // A bias by modulo would be a quarter; chance is a sixth at seven deviations.
    for (const count of counts.values()) expect(Math.abs(count - usual)).toBeLessThan(usual / 5);
  });
});
