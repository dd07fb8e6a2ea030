import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { InputFault } from '../errors/app-error.js';
import { ValidationFailed } from '../errors/core.errors.js';
import { escapePointer, hostileInput } from './hostile-input.js';

/** Lets through what the DTO describes and nothing else. */
@Injectable()
export class InputPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      stopAtFirstError: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => new ValidationFailed(errors.flatMap((error) => toFaults(error, '#'))),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'custom') return value;
    const hostile = hostileInput(value);
    if (hostile) throw new ValidationFailed([hostile]);
    // Without a body class-validator has nothing to look at, and would let `undefined` through.
    const given = metadata.type === 'body' && (value === undefined || value === null) ? {} : value;
    if (metadata.type === 'body' && Array.isArray(given) && metadata.metatype !== Array) {
      throw new ValidationFailed([{ pointer: '#', code: 'isObject', detail: 'must be an object' }]);
    }
    return super.transform(given, metadata);
  }
}

function toFaults(error: ValidationError, parent: string): InputFault[] {
  const pointer = `${parent}/${escapePointer(error.property)}`;
  const own = Object.entries(error.constraints ?? {}).map(([code, detail]) => ({
    pointer: pointer.slice(0, 500),
    code: code === 'whitelistValidation' ? 'unknownField' : code,
    detail: detail.slice(0, 500),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => toFaults(child, pointer))];
}
