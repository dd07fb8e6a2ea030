import { touchedIn } from '../format.mjs';

// What lint would refuse of what Nest makes.
const MENDS = [
  { of: /spec\.ts$/, what: /\bTestingModule \} from/, by: 'type TestingModule } from' },
  { of: /\.service\.ts$/, what: /^import (?=\{.*\} from '\.\/dto\/)/gm, by: 'import type ' },
  { of: /\.service\.ts$/, what: /\b(?=(create|update)\w+Dto: )/g, by: '_' },
];

/** A rule: types are imported as types, and arguments that nobody uses say so. */
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
