import { HtmlSafeString } from 'escape-html-template-tag';

/** HTML in which everything is escaped that was put into it. */
export type Html = HtmlSafeString;

type Value = string | number | Html | readonly (string | Html)[];

/**
 * Tags a template: what is put in is text, unless it came from this tag itself. What would print `undefined` or
 * `[object Object]` does not compile. In an address, check the scheme yourself: `javascript:` has nothing to escape.
 */
export const html = (parts: TemplateStringsArray, ...values: Value[]): Html => new HtmlSafeString(parts, values);
