import type { ServerResponse } from 'node:http';
import type { FastifyAdapter } from '@nestjs/platform-fastify';

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
 * Sends the headers with every answer. It is the adapter's own first hook, because CORS answers a preflight before any
 * other hook runs; and they go to Node's response, so that what writes to it directly sends them too.
 */
export function sendSecurityHeaders(adapter: Pick<FastifyAdapter, 'setOnRequestHook'>): void {
  adapter.setOnRequestHook((request, reply, done) => {
    setSecurityHeaders(reply.raw);
    const policy = policyOf(request.routeOptions.url);
    if (policy !== undefined) reply.raw.setHeader('content-security-policy', policy);
    done();
  });
}

/** A route may still set any of them to another value: what a reply says wins over what Node's response holds. */
export function setSecurityHeaders(response: Pick<ServerResponse, 'setHeader'>): void {
  for (const [name, value] of headers) response.setHeader(name, value);
}

/** By the route and not by the path, so that an unknown path below a page is as strict as any. */
function policyOf(route: string | undefined): string | undefined {
  return pages.find(([prefix]) => route === prefix || route?.startsWith(`${prefix}/`))?.[1];
}
