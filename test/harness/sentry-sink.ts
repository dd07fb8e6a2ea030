import { type HttpSink } from './http-sink.js';

/** An event as Sentry receives it. */
export interface SeenEvent {
  readonly event_id: string;
  readonly level: string;
  readonly environment: string;
  readonly release: string;
  readonly transaction?: string;
  readonly tags: Readonly<Record<string, string | undefined>>;
  readonly contexts?: { readonly trace?: { readonly trace_id: string } };
  readonly exception: {
    readonly values: readonly {
      readonly type: string;
      readonly value: string;
      readonly stacktrace: { readonly frames: readonly { readonly filename?: string; readonly function?: string }[] };
    }[];
  };
}

/** What of a DSN stands before the host, and after it. */
const KEY = 'c0ffee00c0ffee00c0ffee00c0ffee00';

/** The environment of an application that tells this sink of its failures. */
export const reportingTo = ({ url }: HttpSink) => ({
  SENTRY_ENABLED: 'true',
  SENTRY_DSN: `${url.replace('://', `://${KEY}@`)}/prefix/42`,
});

/** Every event that the sink has received, each from an envelope of its own. */
export function eventsIn({ received }: HttpSink): SeenEvent[] {
  return received.map(({ path, headers, body }) => {
    expect(path).toBe('/prefix/api/42/envelope/');
    expect(headers['x-sentry-auth']).toContain(`sentry_key=${KEY}`);
    const [, item = '', event = '', ...rest] = body.split('\n');
    expect(JSON.parse(item)).toMatchObject({ type: 'event' });
    expect(rest.join('')).toBe('');
    return JSON.parse(event) as SeenEvent;
  });
}
