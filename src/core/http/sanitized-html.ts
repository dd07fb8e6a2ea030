import { Transform } from 'class-transformer';
import sanitize from 'sanitize-html';
import { ValidationFailed } from '../errors/core.errors.js';
import { escapePointer } from './hostile-input.js';

// To sanitise takes longer than in proportion: this much takes 50 ms at worst.
const MOST_CHARACTERS = 50_000;

/** What people write when they format a text: nothing that runs, loads, embeds, submits or covers the page. */
const ALLOWED: sanitize.IOptions = {
  allowedTags: [
    ...['p', 'br', 'hr', 'h2', 'h3', 'h4', 'blockquote', 'pre', 'code', 'ul', 'ol', 'li', 'dl', 'dt', 'dd'],
    ...['a', 'b', 'strong', 'i', 'em', 'u', 's', 'small', 'sub', 'sup', 'mark', 'abbr', 'span'],
    ...['table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {
    a: ['href', 'title', 'rel'],
    abbr: ['title'],
    th: ['colspan', 'rowspan'],
    td: ['colspan', 'rowspan'],
  },
  allowedSchemes: ['https', 'http', 'mailto', 'tel'],
  // `//elsewhere` is a link to another site that looks like none.
  allowProtocolRelative: false,
  transformTags: { a: sanitize.simpleTransform('a', { rel: 'noopener nofollow ugc' }) },
  nestingLimit: 20,
};

/**
 * A field that holds HTML: what is not on the list is taken out before it is stored, so that whoever shows it later need
 * not think of it. Any other field is text, and stays as it was written. What is taken out is not told.
 */
export const SanitizedHtml = (): PropertyDecorator =>
  Transform(({ value, key }) => (typeof value === 'string' ? sanitized(value, key) : (value as unknown)));

function sanitized(html: string, field: string): string {
  if (html.length > MOST_CHARACTERS) {
    const detail = `must not have more than ${MOST_CHARACTERS} characters`;
    throw new ValidationFailed([{ pointer: `#/${escapePointer(field)}`, code: 'maxLength', detail }]);
  }
  return sanitize(html, ALLOWED);
}
