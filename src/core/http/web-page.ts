import type { FastifyReply } from 'fastify';
import { application } from '../config/environment.config.js';
import { html, type Html } from '../messaging/html.js';
import { integrityOf, type PageContents, pagePolicy } from './page-policy.js';

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; color: #1c2330 }
a { color: #1d5fc2 }
button { font: inherit; padding: 0.4rem 1rem; margin-right: 0.5rem }
table { width: 100%; border-collapse: collapse }
td, th { text-align: left; padding: 0.4rem 0.5rem 0.4rem 0; border-bottom: 1px solid #d8dde6 }
label { display: block; margin-bottom: 0.5rem }
input { display: block; width: 100%; box-sizing: border-box; padding: 0.4rem }
`;

export interface WebPage extends Partial<PageContents> {
  readonly title: string;
  readonly body: Html;
  /** After how many seconds it looks again by itself */
  readonly refresh?: number;
}

/** Answers a page for people, which loads and runs nothing but what stands in it. */
export function showPage(
  reply: FastifyReply,
  { title, body, style = '', refresh, ...contents }: WebPage,
): FastifyReply {
  const policed = { ...contents, style: STYLE + style };
  const heading = html`${title} · ${application.name}`.toString();
  const again = refresh === undefined ? '' : `<meta http-equiv="refresh" content="${refresh}">`;
  // Not in the template: what a policy knows by its hash must come as it is.
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
${again}<title>${heading}</title><style>${policed.style}</style></head><body>${body.toString()}${scriptTags(contents)}</body></html>`;
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', pagePolicy(policed))
    .send(page);
}

function scriptTags({ script, libraries = [] }: Partial<PageContents>): string {
  const loaded = libraries.map(
    ({ path, content }) => `<script src="${path}" integrity="${integrityOf(content)}"></script>`,
  );
  return loaded.join('') + (script === undefined ? '' : `<script>${script}</script>`);
}
