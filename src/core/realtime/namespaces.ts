import { EXCEPTION_FILTERS_METADATA } from '@nestjs/common/constants.js';
import { Catch, type ExceptionFilter, Injectable, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { GATEWAY_METADATA, GATEWAY_OPTIONS, PORT_METADATA } from '@nestjs/websockets/constants.js';
import { ACCESS_RULE, type AccessRule } from '../access/access-rule.js';
import { EVENTS, LIVE } from './room.js';

/** What failed goes on to the adapter, which answers it. Nest would tell an event of its own, and no acknowledgement. */
@Catch()
class Rethrow implements ExceptionFilter {
  catch(thrown: unknown): never {
    throw thrown;
  }
}

const RETHROW = new Rethrow();

/** Which namespaces there are, by the gateways of all modules, and which of them anybody may enter. */
@Injectable()
export class Namespaces {
  private readonly known = new Map([
    [EVENTS, false],
    [LIVE, true],
  ]);

  constructor(private readonly modules: ModulesContainer) {}

  isKnown(name: string): boolean {
    return this.known.has(name);
  }

  /** Nobody in a public namespace is anybody: tokens are not even read there. */
  isPublic(name: string): boolean {
    return this.known.get(name) ?? false;
  }

  all(): string[] {
    return [...this.known.keys()];
  }

  /** Before Nest looks at them. @throws Error for a gateway that wants anything but a namespace of its own */
  prepare(): void {
    for (const gateway of this.gateways()) {
      const filters = (Reflect.getMetadata(EXCEPTION_FILTERS_METADATA, gateway) ?? []) as unknown[];
      if (!filters.includes(RETHROW))
        Reflect.defineMetadata(EXCEPTION_FILTERS_METADATA, [RETHROW, ...filters], gateway);
      this.add(namespaceOf(gateway), Reflect.getMetadata(ACCESS_RULE, gateway) as AccessRule | undefined);
    }
  }

  /** Those of core stay what they are; another one is public if all of its gateways are. */
  private add(name: string, rule: AccessRule | undefined): void {
    if (name === EVENTS || name === LIVE) return;
    const isPublic = rule !== undefined && 'public' in rule;
    this.known.set(name, isPublic && (this.known.get(name) ?? true));
  }

  private gateways(): Type[] {
    const providers = [...this.modules.values()].flatMap((module) => [...module.providers.values()]);
    return providers.flatMap(({ metatype }) =>
      typeof metatype === 'function' && Reflect.hasMetadata(GATEWAY_METADATA, metatype) ? [metatype as Type] : [],
    );
  }
}

/** Limits, origins and the port are those of the whole application. */
function namespaceOf(gateway: Type): string {
  const { namespace = '/', ...others } = (Reflect.getMetadata(GATEWAY_OPTIONS, gateway) ?? {}) as Options;
  const isPlain = Object.keys(others).length === 0 && !Reflect.getMetadata(PORT_METADATA, gateway);
  if (!isPlain || typeof namespace !== 'string') {
    throw new Error(`${gateway.name}: a gateway says its namespace, a text, and nothing else.`);
  }
  return namespace.startsWith('/') ? namespace : `/${namespace}`;
}

interface Options {
  readonly namespace?: unknown;
}
