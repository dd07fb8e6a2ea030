import type { Stripe } from 'stripe';
import type { Upstream } from '../../core/outbound/upstream.js';
import type { UpstreamAnswer } from '../../core/outbound/upstream-answer.js';
import type { Method } from '../../core/outbound/upstream-request.js';
import { onceFree } from './patience.js';

type RequestHeaders = Parameters<Stripe.HttpClient['makeRequest']>[4];

/** By how many segments follow `/v1`: what the library puts into them stays one segment each. */
const PATHS = ['/v1', '/v1/:a', '/v1/:a/:b', '/v1/:a/:b/:c', '/v1/:a/:b/:c/:d'] as const;

/**
 * Lets the library of Stripe speak through our outbound client: its timeouts, repetitions, breaker and limits hold, and
 * the library opens no connection of its own.
 */
export class StripeHttpClient implements Stripe.HttpClient {
  constructor(private readonly upstream: Upstream) {}

  getClientName(): string {
    return 'aerie';
  }

  /** @throws an error of the outbound client, which the library wraps */
  async makeRequest(...[, , target, method, headers, form]: Parameters<Stripe.HttpClient['makeRequest']>) {
    // No URL is made of it, which would resolve `..`: the outbound client refuses that.
    const [pathname = '', query] = target.split('?');
    const [root, version, ...segments] = pathname.split('/').map(decodeURIComponent);
    const path = PATHS[segments.length];
    if (root !== '' || version !== 'v1' || path === undefined) throw new Error('Stripe has no such path.');
    const [a = '', b = '', c = '', d = ''] = segments;
    const request = {
      method: method as Method,
      path,
      params: { a, b, c, d },
      query: Object.fromEntries(new URLSearchParams(query)),
      headers: textsOf(headers),
      body: method === 'GET' ? undefined : form,
    };
    return new Response(await onceFree(() => this.upstream.request(request)));
  }
}

class Response implements Stripe.HttpClientResponse {
  constructor(private readonly answer: UpstreamAnswer) {}

  getStatusCode(): number {
    return this.answer.status;
  }

  /** Without the notices of Stripe, which the library would print. */
  getHeaders(): ReturnType<Stripe.HttpClientResponse['getHeaders']> {
    const shown = Object.entries(this.answer.headers).filter(([name]) => name !== 'stripe-notice');
    return Object.fromEntries(shown.map(([name, value]) => [name, String(value)]));
  }

  getRawResponse(): unknown {
    return {};
  }

  toStream(): never {
    throw new Error('Nothing of Stripe is streamed here.');
  }

  /** An object, or a failure: of anything else the library loses the promise, and who waits for it waits forever. */
  async toJSON(): Promise<unknown> {
    const parsed: unknown = await Promise.resolve(this.answer.text).then(JSON.parse);
    if (typeof parsed !== 'object' || parsed === null) throw new Error('Stripe has answered with no object.');
    return parsed;
  }
}

/** By their names in lower case, as ours are; the length is counted where the body is sent. */
function textsOf(headers: RequestHeaders): Record<string, string> {
  const pairs = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return Object.fromEntries(pairs.filter(([name]) => name !== 'content-length'));
}
