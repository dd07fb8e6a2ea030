import type { FastifyReply, FastifyRequest } from 'fastify';

const STRICT_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** What helmet sends by default (helmetjs.github.io), stricter where nothing is ever shown in a frame or a tab. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': STRICT_POLICY,
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-xss-protection': '0',
  'x-dns-prefetch-control': 'off',
  'x-permitted-cross-domain-policies': 'none',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  // Does not bind the listed origins: what is asked for with CORS is not what this forbids.
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'cache-control': 'no-store',
};

/**
 * The pages for people, by the first segment of their path, and what each may load. Swagger UI writes `style`
 * elements and attributes, and pictures as data; it needs no script but its own files.
 */
const PAGES: Readonly<Record<string, string>> = {
  '/docs': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
};

const headers = Object.entries(SECURITY_HEADERS);
const pages = Object.entries(PAGES);

/**
 * They go to Node's response, so that what writes to it directly sends them too. A route may set any of them to another
 * value: what a reply says wins over what Node's response holds.
 */
export function setSecurityHeaders(request: FastifyRequest, { raw }: FastifyReply): void {
  for (const [name, value] of headers) raw.setHeader(name, value);
  const policy = policyOf(request.routeOptions.url);
  if (policy !== undefined) raw.setHeader('content-security-policy', policy);
}

/** Of an answer that is no page, whatever its path. */
export function demandStrictPolicy({ raw }: FastifyReply): void {
  raw.setHeader('content-security-policy', STRICT_POLICY);
}

/** By the route and not by the path, so that an unknown path below a page is as strict as any. */
function policyOf(route: string | undefined): string | undefined {
  return pages.find(([prefix]) => route === prefix || route?.startsWith(`${prefix}/`))?.[1];
}
