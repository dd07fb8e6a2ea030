import { Note } from './note.entity.js';

// Other names for an entity of an organization, for the rule that sees through them.
export { Note as Renamed } from './note.entity.js';
export const Aliased = Note;
export const held = { Note };
