import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

type Target = Parameters<Reflector['getAllAndOverride']>[1][number];
type Values = Map<unknown, unknown>;

/** Nest's reflector, which reads what decorators said of a route once: it never changes, and each look is slow. */
@Injectable()
export class RouteMetadata extends Reflector {
  private readonly known = new WeakMap<Target, Map<Target, Values>>();

  /** @param targets a handler and its controller: a handler that two inherit may be said different things of */
  override getAllAndOverride<T>(key: unknown, targets: Target[]): T {
    const values = this.valuesOf(targets[0] as Target, targets[1] as Target);
    if (!values.has(key)) values.set(key, super.getAllAndOverride(key as string, targets));
    return values.get(key) as T;
  }

  private valuesOf(handler: Target, controller: Target): Values {
    const handlers = this.known.get(controller) ?? new Map<Target, Values>();
    const values: Values = handlers.get(handler) ?? new Map();
    this.known.set(controller, handlers.set(handler, values));
    return values;
  }
}
