import { posix } from 'node:path';

const IN_FEATURES = /^\/src\/features\/([^/]+)(\/.*)?$/;

/** Where Nest will put what it is asked for, and what that means here. */
export function placeOf(tree, schematic, { sourceRoot = 'src', path = '', name = '', flat }) {
  const asked = posix.join('/', sourceRoot, path, flat ? posix.dirname(name) : name);
  const [, room, further] = IN_FEATURES.exec(asked.replace(/([a-z\d])([A-Z])/g, '$1-$2').toLowerCase()) ?? [];
  const isFeature = room !== undefined && further === undefined && /module|resource/.test(schematic);
  return { room, isFeature, isInFeature: room !== undefined, hasParent: !isFeature && hasModule(tree, room) };
}

/** Without one of the feature, Nest would go on looking, and find that of the application. */
function hasModule(tree, room) {
  return tree.getDir(`/src/features/${room}`).subfiles.some((file) => file.endsWith('.module.ts'));
}
