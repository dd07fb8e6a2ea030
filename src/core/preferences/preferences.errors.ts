import { defineError } from '../errors/define-error.js';

export class PreferencesChanged extends defineError('conflict', 'PREFERENCES_CHANGED') {
  constructor() {
    super('The preferences were changed meanwhile: read them again.');
  }
}
