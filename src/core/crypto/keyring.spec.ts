import { DecryptFailed, Keyring } from './keyring.js';

const KEY = 'a'.repeat(63) + '1';
const OLDER = 'b'.repeat(63) + '2';
const keyring = (encryptionKey: string, previousEncryptionKey?: string) =>
  new Keyring({ encryptionKey, previousEncryptionKey });

describe('the keyring', () => {
  it('opens what it sealed, and never seals alike', () => {
    const keys = keyring(KEY);
    const [first, second] = [keys.seal('a token', 'row 1'), keys.seal('a token', 'row 1')];
    expect(first).not.toBe(second);
    expect(keys.open(first, 'row 1')).toBe('a token');
    expect(first).not.toContain('token');
    expect(first.split('.')).toHaveLength(4);
  });

  it('opens with the key before, and says what should be sealed again', () => {
    const old = keyring(OLDER).seal('a token', 'row 1');
    const rotated = keyring(KEY, OLDER);
    expect(rotated.open(old, 'row 1')).toBe('a token');
    expect(rotated.isOutdated(old)).toBe(true);
    expect(rotated.isOutdated(rotated.seal('a token', 'row 1'))).toBe(false);
    expect(() => keyring(KEY).open(old, 'row 1')).toThrow(DecryptFailed);
  });

  it('[R-03] opens nothing of which one bit was changed, and nothing in another place', () => {
    const keys = keyring(KEY);
    const value = keys.seal('a token', 'row 1');
    expect(() => keys.open(value, 'row 2')).toThrow(DecryptFailed);
    const [id, ...parts] = value.split('.');
    for (const index of parts.keys()) {
      const bytes = Buffer.from(parts[index] ?? '', 'base64url');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      const changed = [id, ...parts.with(index, bytes.toString('base64url'))].join('.');
      expect(() => keys.open(changed, 'row 1')).toThrow(DecryptFailed);
    }
    for (const garbage of ['', '.', 'a.b.c.d', `${id}...`])
      expect(() => keys.open(garbage, 'x')).toThrow(DecryptFailed);
  });

  it('signs the same alike, by another key in each context, and knows what the key before would say', () => {
    const [data, other] = [Buffer.from('a ticket'), Buffer.from('another')];
    const [signature, ...others] = keyring(KEY).signatures(data, 'tickets');
    expect([signature.length, others]).toEqual([32, []]);
    expect(keyring(KEY).signatures(data, 'tickets')[0]).toEqual(signature);
    expect(keyring(KEY).signatures(other, 'tickets')[0]).not.toEqual(signature);
    expect(keyring(KEY).signatures(data, 'links')[0]).not.toEqual(signature);
    expect(keyring(OLDER, KEY).signatures(data, 'tickets')[1]).toEqual(signature);
  });
});
