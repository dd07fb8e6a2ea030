import { randomInt } from 'node:crypto';
import type { ResponseContract } from './contract.js';

/** What came back: `body` is parsed if it is JSON, else text. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Speaks JSON over HTTP, as a client would, and refuses every answer that the API's document does not promise. */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly contract?: ResponseContract,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** The same client, signed in. */
  as(accessToken: string): ApiClient {
    return this.with({ authorization: `Bearer ${accessToken}` });
  }

  with(headers: Record<string, string>): ApiClient {
    return new ApiClient(this.url, this.contract, { ...this.headers, ...headers });
  }

  /** The same client, of an application that answers elsewhere. */
  at(url: string): ApiClient {
    return new ApiClient(url, this.contract, this.headers);
  }

  get<T = Record<string, unknown>>(path: string): Promise<Answer<T>> {
    return this.send<T>('GET', path);
  }

  post<T = Record<string, unknown>>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.send<T>('POST', path, body);
  }

  patch<T = Record<string, unknown>>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.send<T>('PATCH', path, body);
  }

  /** @param body text and forms are sent as they are, anything else as JSON */
  async send<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const url = new URL(path, this.url);
    const response = await fetch(url, {
      method,
      // Where an answer leads is another matter, and often another machine.
      redirect: 'manual',
      headers: {
        'x-forwarded-for': anyAddress(),
        ...(body !== undefined && !(body instanceof FormData) && { 'content-type': 'application/json' }),
        ...this.headers,
      },
      body: body === undefined || typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const contentType = response.headers.get('content-type') ?? '';
    const parsed: unknown = /\bjson\b/.test(contentType) ? JSON.parse(text) : text;
    this.contract?.check(method, url.href, response.status, contentType, parsed);
    return { status: response.status, headers: response.headers, body: parsed as T };
  }
}

/** What is not about limits by address should not meet them. */
function anyAddress(): string {
  return `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
}
