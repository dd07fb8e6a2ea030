import { createHash } from 'node:crypto';

export interface PageContents {
  readonly style: string;
  readonly script?: string;
  /** Where its forms may lead, with what they are redirected to: browsers hold redirects to it too */
  readonly forms?: readonly string[];
  /** Whether it shows other pages of ours in frames */
  readonly hasFrames?: boolean;
}

/** The policy of a page that runs nothing but its own script and style, and calls nothing but the API. */
export function pagePolicy({ style, script, forms = [], hasFrames = false }: PageContents): string {
  return [
    "default-src 'none'",
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`, "connect-src 'self'"]),
    `style-src ${hashOf(style)}`,
    ...(hasFrames ? ["frame-src 'self'"] : []),
    "base-uri 'none'",
    `form-action ${forms.join(' ') || "'none'"}`,
    "frame-ancestors 'none'",
  ].join('; ');
}

function hashOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
