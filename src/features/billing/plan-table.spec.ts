import { refusal } from '../../../test/harness/refusal.js';
import { type Plan, planTable, USUAL_PLANS } from './plan-table.js';
import { exponentOf, inMoney } from '../../core/payments/currency.js';

const plan = (changes: object = {}) => ({
  ...{ name: 'free', title: 'Free', price: 0, currency: 'EUR' },
  ...{ requestsPerMinute: { expensive: 3 }, included: { exports: 10 } },
  ...changes,
});
const paid = (changes: object = {}) => plan({ name: 'paid', price: 500, ...changes });
const faultOf = (table: unknown) =>
  planTable()
    .label('BILLING_PLANS')
    .validate(typeof table === 'string' ? table : JSON.stringify(table), {
      errors: { wrap: { label: false } },
    }).error?.message;

describe('the table of plans', () => {
  it('[R-50] is what was published: 3, 10 and 50 requests to expensive routes', () => {
    expect(faultOf(USUAL_PLANS)).toBeUndefined();
    const limits = USUAL_PLANS.map(({ name, requestsPerMinute }: Plan) => [name, requestsPerMinute.expensive]);
    expect(limits).toEqual([
      ['free', 3],
      ['freelance', 10],
      ['business', 50],
    ]);
  });

  it.each([
    ['{', 'value must be an array'],
    [[], 'value must contain at least 1 items'],
    [[plan(), paid({ price: 1.5 })], '[1].price must be an integer'],
    [[plan(), paid({ price: '500' })], '[1].price must be a number'],
    [[plan(), paid({ currency: 'EURO' })], '[1].currency must be a currency of ISO 4217'],
    [[plan(), paid({ currency: 'XQQ' })], '[1].currency must be a currency of ISO 4217'],
    [[plan(), paid({ requestsPerMinute: { expensive: 0 } })], '[1].requestsPerMinute.expensive must be greater'],
    [[plan(), paid({ included: { exports: -1 } })], '[1].included.exports must be greater'],
    [[plan(), paid({ included: {} })], '[1].included must name the same as in the first plan: exports'],
    [[plan(), paid({ requestsPerMinute: { other: 1 } })], '[1].requestsPerMinute must name the same'],
    [[plan(), paid({ name: 'Paid' })], '[1].name must be lower case'],
    [[plan(), paid(), paid()], '[2] has the name of another plan'],
    [[plan(), paid({ colour: 'red' })], '[1].colour is not allowed'],
    [[plan({ price: 1 })], 'exactly one plan must have the price 0, and be the first'],
    [[plan(), paid({ price: 0 })], 'exactly one plan must have the price 0'],
    [[paid(), plan()], 'exactly one plan must have the price 0'],
  ])('is refused with a word on what is wrong: %j', (table, fault) => {
    expect(faultOf(table)).toContain(fault);
  });

  it('[R-50] keeps production from starting if it is wrong', async () => {
    const { named, stderr } = await refusal({ BILLING_PLANS: JSON.stringify([plan(), paid({ currency: 'EURO' })]) });
    expect(named).toEqual(['BILLING_PLANS']);
    expect(stderr).toContain('BILLING_PLANS is wrong: [1].currency must be a currency of ISO 4217');
  });
});

describe('a price', () => {
  it.each([
    ['EUR', 2, 1_999, '€19.99'],
    ['EUR', 2, 5, '€0.05'],
    ['JPY', 0, 500, '¥500'],
    ['KWD', 3, 1_250, 'KWD 1.250'],
    ['EUR', 2, Number.MAX_SAFE_INTEGER, '€90,071,992,547,409.91'],
  ])('in %s has %i digits behind the point: %i is %s', (currency, exponent, amount, text) => {
    expect(exponentOf(currency)).toBe(exponent);
    expect(inMoney({ amount, currency }).replace(/\s/g, ' ')).toBe(text);
  });
});
