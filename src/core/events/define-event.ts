/** A kind of fact. Its name is public and never renamed; the type of what it tells follows from the class of its view. */
export interface EventType<T extends object> {
  /** A thing and what happened to it, in the past tense: `booking.confirmed` */
  readonly name: string;
  readonly view: new () => T;
  /** Whether those outside may hear of it */
  readonly public: boolean;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z]+(-[a-z]+)*$/;

const declared = new Map<string, EventType<object>>();

/** Declares an event, so that no name exists outside of the catalogue. */
export function defineEvent<T extends object>(
  name: string,
  view: new () => T,
  options: { readonly public: boolean },
): EventType<T> {
  if (!NAME.test(name)) throw new Error(`Event ${name} is not named as thing.happened.`);
  if (declared.has(name)) throw new Error(`Event ${name} is declared twice.`);
  const event = { name, view, public: options.public };
  declared.set(name, event);
  return event;
}

/** The catalogue of what those outside may hear of, by name. */
export function publicEvents(): readonly EventType<object>[] {
  return [...declared.values()].filter((event) => event.public).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
