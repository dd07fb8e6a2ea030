/** What the bench uses of autocannon, which has no types of its own. */
declare module 'autocannon' {
  export interface Options {
    readonly url: string;
    readonly connections: number;
    /** In seconds; ignored when `amount` is set. */
    readonly duration?: number;
    /** How many requests. */
    readonly amount?: number;
    readonly headers?: Record<string, string>;
    /** What each connection asks for in turn. */
    readonly requests?: readonly { readonly method?: string; readonly setupRequest: (request: object) => object }[];
  }
  export interface Result {
    /** In seconds. */
    readonly duration: number;
    readonly '2xx': number;
    readonly non2xx: number;
    readonly errors: number;
    readonly statusCodeStats: Readonly<Record<number, { readonly count: number }>>;
    /** In milliseconds. */
    readonly latency: { readonly p50: number; readonly p99: number };
  }
  export default function autocannon(options: Options): Promise<Result>;
}
