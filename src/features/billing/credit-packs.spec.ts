import { creditPacks, DEFAULT_PACKS, readPacks } from './credit-packs.js';

const faultOf = (text: string) => creditPacks().label('BILLING_CREDIT_PACKS').validate(text).error?.message;

describe('packs of credits', () => {
  it('are read from their text', () => {
    expect(faultOf(DEFAULT_PACKS)).toBeUndefined();
    expect(readPacks('small=100:500:EUR,big-one=2000:60000:JPY')).toEqual([
      { name: 'small', credits: 100, amount: 500, currency: 'EUR' },
      { name: 'big-one', credits: 2_000, amount: 60_000, currency: 'JPY' },
    ]);
  });

  it('are refused, with what is wrong, and how it is written', () => {
    const faults = {
      'small=100:5.00:EUR': 'cannot be read: small=100:5.00:EUR',
      'small=100:500:eur': 'cannot be read: small=100:500:eur',
      'small=0:500:EUR': 'cannot be read: small=0:500:EUR',
      'small=100:0:EUR': 'cannot be read: small=100:0:EUR',
      'small=100:-5:EUR': 'cannot be read: small=100:-5:EUR',
      'small=100:500:EUR,': 'cannot be read: ;',
      'small=100:500:EUR,small=200:900:EUR': 'has a name twice',
      'small=100:500:EUX': 'ISO 4217 does not know: EUX',
    };
    for (const [text, fault] of Object.entries(faults)) {
      expect(faultOf(text)).toContain(fault);
      expect(faultOf(text)).toContain('such as small=100:500:EUR');
    }
    expect(faultOf(Array.from({ length: 21 }, (_, n) => `p${n}=1:1:EUR`).join())).toContain('more than 20 packs');
  });
});
