import { chain, externalSchematic } from '@angular-devkit/schematics';
import { exportModule } from '../features-index.mjs';
import { formatTouched } from '../format.mjs';
import { mendTouched } from './mend.mjs';
import { placeOf } from './place.mjs';

export const controller = (options) => asInThisHouse('controller', options);
export const module = (options) => asInThisHouse('module', options);
export const resource = (options) => asInThisHouse('resource', options);
export const service = (options) => asInThisHouse('service', options);

/** What Nest makes, in the style of this house and, below src/features, wired as features are. */
function asInThisHouse(schematic, options) {
  return (tree) => {
    const place = placeOf(tree, schematic, options);
    const skipImport = options.skipImport || (place.isInFeature && !place.hasParent);
    return chain([
      externalSchematic('@nestjs/schematics', schematic, { ...options, skipImport }),
      ...(place.isFeature ? [exportModule(place.room)] : []),
      mendTouched(),
      formatTouched(),
    ]);
  };
}
