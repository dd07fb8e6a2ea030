import type { Money } from './payables.js';

/** Those of ISO 4217 that people pay with, by how many decimals they have; it is not what CLDR shows them with. */
const BY_EXPONENT: readonly (readonly [number, string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC ' +
      'CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD ' +
      'KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO ' +
      'NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL ' +
      'THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG',
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

const EXPONENTS = new Map(BY_EXPONENT.flatMap(([exponent, codes]) => codes.split(' ').map((code) => [code, exponent])));

/** Whether it is a currency as ISO 4217 writes it: `EUR`. */
export const isCurrency = (code: string): boolean => EXPONENTS.has(code);

/** How many decimals a currency has. @throws Error if it is none */
export function exponentOf(currency: string): number {
  const exponent = EXPONENTS.get(currency);
  if (exponent === undefined) throw new Error(`${currency} is no currency of ISO 4217.`);
  return exponent;
}

/** As a decimal number, exactly: 1250 is `12.50` EUR, `1250` JPY and `1.250` KWD. */
export function toDecimal({ amount, currency }: Money): `${number}` {
  const exponent = exponentOf(currency);
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const sign = amount < 0 ? '-' : '';
  return `${sign}${whole}${exponent === 0 ? '' : `.${digits.slice(-exponent)}`}` as `${number}`;
}

/** For people: `€12.50`. The number goes in as text, so that no digit of it is ever a fraction of a float. */
export function inMoney(money: Money, locale = 'en'): string {
  const { currency } = money;
  const digits = exponentOf(currency);
  const options = {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  } as const;
  return new Intl.NumberFormat(locale, options).format(toDecimal(money));
}

/** @throws Error if a feature asks for what is no money: nobody pays a fraction, nothing, or in no currency */
export function demandMoney({ amount, currency }: Money): void {
  if (!Number.isSafeInteger(amount) || amount < 1) throw new Error(`${amount} is no amount of minor units.`);
  exponentOf(currency);
}
