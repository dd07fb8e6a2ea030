import { touchedIn } from '../format.mjs';

// What lint would refuse of what Nest makes.
const MENDS = [
  { of: /spec\.ts$/, what: /\bTestingModule \} from/, by: 'type TestingModule } from' },
  { of: /\.service\.ts$/, what: /^import (?=\{.*\} from '\.\/dto\/)/gm, by: 'import type ' },
  { of: /\.service\.ts$/, what: /\b(?=(create|update)\w+Dto: )/g, by: '_' },
  { of: /\.dto\.ts$/, what: /\bPartialType\((\w+)\)/, by: 'PartialType($1, { skipNullProperties: false })' },
];

/** A rule: types are imported as types, arguments that nobody uses say so, and what may be left out is never null. */
export function mendTouched() {
  return (tree) => {
    for (const path of touchedIn(tree)) {
      const mends = MENDS.filter(({ of }) => of.test(path));
      tree.overwrite(
        path,
        mends.reduce((text, { what, by }) => text.replace(what, by), tree.readText(path)),
      );
    }
  };
}
