import { Injectable, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { RouteMetadata } from '../http/route-metadata.js';
import { ACCESS_RULE, type AccessRule, SIGNED_IN } from './access-rule.js';
import { scopeOf } from './scopes.js';

type Handler = (...given: never[]) => unknown;

/** The scopes that there are: those of the routes that an API key may call at all, as they run. */
@Injectable()
export class KnownScopes {
  private found?: readonly string[];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly metadata: RouteMetadata,
    private readonly scanner: MetadataScanner,
  ) {}

  /** Sorted. */
  all(): readonly string[] {
    this.found ??= [...new Set(this.controllers().flatMap((controller) => this.scopesOf(controller)))].sort();
    return this.found;
  }

  private controllers(): Type[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => (metatype ? [metatype as Type] : []));
  }

  private scopesOf(controller: Type): string[] {
    const prototype = controller.prototype as Record<string, Handler>;
    const handlers = this.scanner.getAllMethodNames(prototype).flatMap((name) => prototype[name] ?? []);
    return handlers
      .filter((handler) => isRoute(handler) && this.takesKeys(handler, controller))
      .flatMap((handler) => pathsOf(controller, handler).map((path) => scopeOf(methodOf(handler), path)));
  }

  private takesKeys(handler: Handler, controller: Type): boolean {
    const said = <T>(what: string) => this.metadata.getAllAndOverride<T | undefined>(what, [handler, controller]);
    const rule = said<AccessRule>(ACCESS_RULE);
    return rule !== undefined && 'role' in rule && said(SIGNED_IN) !== true;
  }
}

const isRoute = (handler: Handler): boolean => Reflect.hasMetadata(METHOD_METADATA, handler);

const methodOf = (handler: Handler): string =>
  RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];

function pathsOf(...parts: [Type, Handler]): string[] {
  const [before, after] = parts.map((part) => [Reflect.getMetadata(PATH_METADATA, part) as string | string[]].flat());
  return (before ?? []).flatMap((one) => (after ?? []).map((other) => `/${one}/${other}`));
}
