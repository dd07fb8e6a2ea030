import { defineError } from '../../core/errors/define-error.js';

/** Also of a link whose time is over: whoever tries links learns nothing from the answer. */
export class DownloadLinkInvalid extends defineError('forbidden', 'DOWNLOAD_LINK_INVALID') {
  constructor() {
    super('The link is not valid, or not any more: ask for a new one.');
  }
}
