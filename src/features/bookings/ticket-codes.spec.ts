import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { Keyring } from '../../core/crypto/keyring.js';
import { TicketCodes } from './ticket-codes.js';

const [OLD, NEW, OTHER] = ['01', '23', '45'].map((digits) => digits.repeat(32)) as [string, string, string];

const codes = (encryptionKey: string, previousEncryptionKey?: string) =>
  new TicketCodes(new Keyring({ encryptionKey, previousEncryptionKey }));

describe('the code of a ticket', () => {
  it.each([randomUUID(), uuidv7(), '00000000-0000-7000-8000-000000000000'])(
    'says which booking it is of (%#)',
    (id) => {
      const code = codes(NEW).issue(id);
      expect(code).toMatch(/^[\w-]{43}$/);
      expect(codes(NEW).issue(id)).toBe(code);
      expect(codes(NEW).read(code)).toBe(id);
    },
  );

  it('is worth nothing with any of its characters changed', () => {
    const code = codes(NEW).issue(uuidv7());
    for (let at = 0; at < code.length; at++) {
      for (const character of ['A', 'B', '_', '=', '+', '\u0141', '']) {
        if (code[at] === character) continue;
        expect(codes(NEW).read(code.slice(0, at) + character + code.slice(at + 1))).toBeUndefined();
      }
    }
    // The last character has two bits that say nothing: whatever they are, one spelling is the code.
    const spellings = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
    const read = spellings.filter((last) => codes(NEW).read(code.slice(0, -1) + last) !== undefined);
    expect(read).toEqual([code.at(-1)]);
  });

  it.each([
    '',
    'A',
    'A'.repeat(42),
    'A'.repeat(43),
    'A'.repeat(44),
    ' '.repeat(43),
    '💥'.repeat(11),
    'https://example.org',
  ])('is nothing else (%#)', (text) => expect(codes(NEW, OLD).read(text)).toBeUndefined());

  it('is worth something as long as its key is there', () => {
    const id = uuidv7();
    expect(codes(NEW, OLD).read(codes(OLD).issue(id))).toBe(id);
    expect(codes(OLD, NEW).read(codes(NEW).issue(id))).toBe(id);
    expect(codes(NEW).read(codes(OLD).issue(id))).toBeUndefined();
    expect(codes(NEW, OLD).read(codes(OTHER).issue(id))).toBeUndefined();
    expect(codes(NEW, OLD).issue(id)).toBe(codes(NEW).issue(id));
  });
});
