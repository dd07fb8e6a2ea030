import { createHash } from 'node:crypto';

/** A script of ours that a page loads. */
export interface ScriptFile {
  readonly path: string;
  /** As it is served there, to the letter */
  readonly content: string;
}

export interface PageContents {
  readonly style: string;
  readonly script?: string;
  /** What its script builds upon, and so runs before it */
  readonly libraries?: readonly ScriptFile[];
  /** Where its forms may lead, with what they are redirected to: browsers hold redirects to it too */
  readonly forms?: readonly string[];
  /** Whether it shows other pages of ours in frames */
  readonly hasFrames?: boolean;
}

/** The policy of a page that runs nothing but its own scripts and style, and calls nothing but the API. */
export function pagePolicy({ style, script, libraries = [], forms = [], hasFrames = false }: PageContents): string {
  const scripts = [...libraries.map(({ content }) => content), ...(script === undefined ? [] : [script])];
  return [
    "default-src 'none'",
    ...(scripts.length === 0 ? [] : [`script-src ${scripts.map(hashOf).join(' ')}`, "connect-src 'self'"]),
    `style-src ${hashOf(style)}`,
    ...(hasFrames ? ["frame-src 'self'"] : []),
    "base-uri 'none'",
    `form-action ${forms.join(' ') || "'none'"}`,
    "frame-ancestors 'none'",
  ].join('; ');
}

/** What a page says of a file that it loads, so that the policy knows it. */
export function integrityOf(content: string): string {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`;
}

const hashOf = (content: string): string => `'${integrityOf(content)}'`;
