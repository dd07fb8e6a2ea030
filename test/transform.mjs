import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPILED, ROOT } from './compile.mjs';

const outputOf = (file) => join(COMPILED, file.slice(ROOT.length)).replace(/\.ts$/, '.js');

/** Hands jest what the compiler made of a source, with its source map. */
export default {
  getCacheKey: (_source, file) =>
    createHash('sha256')
      .update(readFileSync(outputOf(file)))
      .digest('hex'),
  process(_source, file) {
    const output = outputOf(file);
    return { code: readFileSync(output, 'utf8'), map: readFileSync(`${output}.map`, 'utf8') };
  },
};
