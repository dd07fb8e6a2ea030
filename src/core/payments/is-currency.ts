import { ValidateBy } from 'class-validator';
import { isCurrency } from './currency.js';

/** A currency as ISO 4217 writes it: `EUR`. */
export const IsCurrency = (): PropertyDecorator =>
  ValidateBy({
    name: 'isCurrency',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isCurrency(value),
      defaultMessage: () => 'must be a currency of ISO 4217, such as EUR',
    },
  });
