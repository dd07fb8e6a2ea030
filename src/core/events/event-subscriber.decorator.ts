import type { Tx } from '../database/transactions.js';
import { defineJob, type JobKind } from '../jobs/define-job.js';
import { HandlerMarks } from '../jobs/handler-marks.js';
import type { EventType } from './define-event.js';

/** An event as its subscribers hear it. */
export interface Told<T extends object = object> {
  readonly id: string;
  readonly name: string;
  readonly organizationId: string;
  readonly payload: T;
  readonly createdAt: Date;
}

export interface HearsEvents<T extends object> {
  /**
   * Does what follows from the event, in a transaction of its own. It may hear the same event again, and events of one
   * organization in another order than they happened: `event.id` tells what is the same.
   */
  hear(tx: Tx, event: Told<T>): Promise<void>;
}

/** Which event a job is about. The event itself is read when it is told: it may be told many times. */
export class EventReference {
  id: string;
  organizationId: string;
}

/** Who hears which events. Their queue is a job of its own, so that one who fails keeps nobody else from hearing. */
export interface Subscription {
  readonly name: string;
  readonly kind: JobKind<EventReference>;
  readonly hears: (event: EventType<object>) => boolean;
}

/** For who is to hear everything. */
export const EVERY_EVENT = () => true;
/** For who is to hear what outsiders may hear. */
export const PUBLIC_EVENTS = (event: EventType<object>) => event.public;

// From 5 seconds to an hour apart: a subscriber whose service is down for a night hears in the morning.
const RETRIES = { retries: 20, backoffSeconds: 5, timeoutSeconds: 60 };

export const eventSubscribers = new HandlerMarks<Subscription, HearsEvents<object>>('@EventSubscriber');

type SubscriberClass<T extends object> = new (...dependencies: never[]) => HearsEvents<T>;

/**
 * Class decorator of a provider that hears events: those of its own feature and of core, or all of them.
 * @param name of its queue, which keeps what it has not heard yet: it is never renamed
 */
export function EventSubscriber<T extends object>(
  name: string,
  events: readonly EventType<T>[] | typeof EVERY_EVENT | typeof PUBLIC_EVENTS,
) {
  const kind = defineJob(`event.${name}`, EventReference, RETRIES);
  const hears =
    typeof events === 'function' ? events : (event: EventType<object>) => events.some((one) => one.name === event.name);
  return (subscriber: SubscriberClass<T>): void => eventSubscribers.mark(subscriber, { name, kind, hears });
}
