export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What may be put into an address: it is encoded there, and refused if it is longer than 1,000 characters. */
export type Value = string | number | boolean;

/** The names in `/topics/:topic`. */
export type ParamsOf<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamsOf<Rest>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;

/** Only a text that is written in the source: one that was put together from others has no type of its own. */
export type Literal<P extends string> = Record<never, never> extends Record<P, 1> ? never : P;

export type Query = Readonly<Record<string, Value | readonly Value[] | undefined>>;

/** Text and bytes are sent as they are, `URLSearchParams` as a form, anything else as JSON. */
export type Body = object | string;

export interface Ask {
  readonly method: Method;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** Whether asking twice does no more than asking once. POST and PATCH must say so, or have an `Idempotency-Key`. */
  readonly idempotent?: boolean;
  /** Ends it early; the request that it is part of does so by itself. */
  readonly signal?: AbortSignal;
  /** What stands in, as JSON, for the answer of an upstream that fails; else its failure is thrown. */
  readonly fallback?: () => unknown;
}

type Filled<P extends string> = [ParamsOf<P>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: Readonly<Record<ParamsOf<P>, Value>> };

/** One request to an upstream. The path is a template, such as `/topics/:topic`; what goes into it is in `params`. */
export type UpstreamRequest<P extends string> = Ask & Filled<P> & { readonly path: P & Literal<P> };

const REPEATABLE: readonly Method[] = ['GET', 'HEAD', 'PUT', 'DELETE'];

/** Whether it may be sent again when nobody knows what became of it. */
export function isRepeatable({ method, idempotent, headers = {} }: Ask): boolean {
  if (idempotent !== undefined) return idempotent;
  return REPEATABLE.includes(method) || Object.keys(headers).some((name) => name.toLowerCase() === 'idempotency-key');
}
