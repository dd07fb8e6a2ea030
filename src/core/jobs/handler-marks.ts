import type { DiscoveryService } from '@nestjs/core';

/** A kind of work and the provider that does it. */
export interface Handler<K, P> {
  readonly kind: K;
  readonly provider: P;
}

/** Which classes do which kinds of work: decorators write it down, and the boot finds the providers. */
export class HandlerMarks<K extends { readonly name: string }, P extends object> {
  private readonly marks = new WeakMap<object, K>();

  constructor(private readonly decorator: string) {}

  mark(handler: object, kind: K): void {
    this.marks.set(handler, kind);
  }

  /** @throws if two providers do one kind of work */
  find(discovery: DiscoveryService): Map<string, Handler<K, P>> {
    const found = new Map<string, Handler<K, P>>();
    for (const { metatype, instance } of discovery.getProviders()) {
      const kind = metatype ? this.marks.get(metatype) : undefined;
      if (kind === undefined) continue;
      const known = found.get(kind.name);
      if (known && known.provider !== instance)
        throw new Error(`Two providers have ${this.decorator} for ${kind.name}.`);
      found.set(kind.name, { kind, provider: instance as P });
    }
    return found;
  }
}
