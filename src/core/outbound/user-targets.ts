import type { Caller } from './caller.js';
import { TargetNotAllowed } from './outbound.errors.js';
import { payload } from './payload.js';
import { isPublic, literalAddress, notPublic } from './public-addresses.js';
import type { UpstreamAnswer } from './upstream-answer.js';
import type { Manners } from './upstream-options.js';
import type { Ask } from './upstream-request.js';

const LONGEST = 2_048;
const HTTPS = 443;
/** As a URL writes them: other forms of 127.0.0.1 have become this one by then. */
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

export interface UserTargetsOptions extends Partial<Omit<Manners, 'attempts' | 'breaker'>> {
  /** Besides 443 */
  readonly ports?: readonly number[];
  /** Of this application, which may call itself in development: `http://127.0.0.1:3000` */
  readonly ownOrigin?: string;
  /** This machine by http, on any port, for receivers of development: never where others can choose addresses */
  readonly allowLoopback?: boolean;
}

export type TargetRequest = Pick<Ask, 'method' | 'headers' | 'body' | 'signal'>;

/** Addresses that users chose: on the internet, by https, and never inside of our network. */
export class UserTargets {
  constructor(
    private readonly options: UserTargetsOptions,
    private readonly callers: { readonly anyone: Caller; readonly own: Caller },
  ) {}

  /** Whether the address has a form that can be called at all. Where its name leads is looked at in each call. @throws {TargetNotAllowed} */
  demand(address: string): URL {
    const url = address.length <= LONGEST ? URL.parse(address) : null;
    if (url === null) throw new TargetNotAllowed('it is not a URL');
    if (url.username !== '' || url.password !== '') throw new TargetNotAllowed('it holds credentials');
    if (!this.isOwn(url)) this.demandPublic(url);
    return url;
  }

  /**
   * Calls once. Whatever status comes is an answer, also a redirect, which is not followed.
   * @throws {TargetNotAllowed} the address is not one to call
   * @throws {UpstreamFailed | UpstreamUnavailable | UpstreamTimeout} there was no answer
   */
  async request(address: string, { method, headers, body, signal }: TargetRequest): Promise<UpstreamAnswer> {
    const url = this.demand(address);
    const given = payload(body);
    const message = {
      origin: url.origin,
      method,
      path: `${url.pathname}${url.search}`,
      headers: { ...given.headers, ...headers },
      body: given.body,
    };
    const caller = this.isOwn(url) ? this.callers.own : this.callers.anyone;
    return caller.ask(message, { repeatable: false, signal, judge: () => undefined });
  }

  private isOwn({ origin, protocol, hostname }: URL): boolean {
    if (origin === this.options.ownOrigin) return true;
    return this.options.allowLoopback === true && protocol === 'http:' && LOOPBACK.has(hostname);
  }

  private demandPublic({ protocol, port, hostname }: URL): void {
    if (protocol !== 'https:') throw new TargetNotAllowed('it does not begin with https');
    const ports = [HTTPS, ...(this.options.ports ?? [])];
    if (!ports.includes(Number(port || HTTPS))) throw new TargetNotAllowed(`its port is not ${ports.join(' or ')}`);
    // What is written as an address is connected to without being looked up.
    const literal = literalAddress(hostname);
    if (literal !== undefined && !isPublic(literal)) throw notPublic();
  }
}
