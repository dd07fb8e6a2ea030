import { demandMoney, exponentOf, inMoney, isCurrency, toDecimal } from './currency.js';

describe('an amount of money', () => {
  it('has as many decimals as its currency', () => {
    const amount = 1250;
    const decimals = ['EUR', 'JPY', 'KWD', 'CLF'].map((currency) => toDecimal({ amount, currency }));
    expect(decimals).toEqual(['12.50', '1250', '1.250', '0.1250']);
    expect([toDecimal({ amount: 5, currency: 'EUR' }), toDecimal({ amount: 0, currency: 'KWD' })]).toEqual([
      '0.05',
      '0.000',
    ]);
  });

  it('is written for people without losing a digit', () => {
    expect(inMoney({ amount: 1250, currency: 'EUR' })).toBe('€12.50');
    expect(inMoney({ amount: 1250, currency: 'JPY' })).toBe('¥1,250');
    expect(inMoney({ amount: 1250, currency: 'KWD' }).replace(/\s/, ' ')).toBe('KWD 1.250');
    // As a float, its cents would be gone.
    expect(inMoney({ amount: Number.MAX_SAFE_INTEGER, currency: 'EUR' })).toBe('€90,071,992,547,409.91');
    // What CLDR shows without its decimals has them all the same.
    expect(inMoney({ amount: 1250, currency: 'ALL' }).replace(/\s/, ' ')).toBe('ALL 12.50');
  });

  it('is whole, of something, and in a currency of ISO 4217', () => {
    expect(['EUR', 'eur', 'XYZ', ''].map(isCurrency)).toEqual([true, false, false, false]);
    expect(() => exponentOf('XYZ')).toThrow('no currency');
    for (const amount of [0, -1, 1.5, NaN, 2 ** 53]) {
      expect(() => demandMoney({ amount, currency: 'EUR' })).toThrow('no amount');
    }
    expect(() => demandMoney({ amount: 1, currency: 'EUR' })).not.toThrow();
  });
});
