import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import Joi from 'joi';
import '../../src/app.module.js';
import { declaredVariables, defineConfig } from '../../src/core/config/define-config.js';
import { env } from '../../src/core/config/variable.js';
import { ROOT } from '../harness/process.js';

/** Variables that are read and not explained. */
function unexplained(): string[] {
  const explained = parseEnv(readFileSync(join(ROOT, '.env.example'), 'utf8'));
  return declaredVariables()
    .filter(({ name }) => !(name in explained))
    .map(({ name }) => `${name}: is not in .env.example: npm run sync`);
}

describe('every variable', () => {
  it('[R-06] #1 is in .env.example', () => {
    expect(declaredVariables().map(({ name }) => name)).toContain('PORT');
    expect(unexplained()).toEqual([]);
    defineConfig('planted', { planted: env('PLANTED', Joi.string(), 'Read and explained nowhere') });
    expect(unexplained()).toEqual(['PLANTED: is not in .env.example: npm run sync']);
  });
});
