import { METHOD_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { getMetadataStorage } from 'class-validator';
import type { TestApp } from './app.js';

type Class = new () => object;

/** What a handler takes from a request: its kind, the one field of it that was asked for, and the class of it. */
export interface Taken {
  readonly place: 'body' | 'query' | 'param';
  readonly field?: string;
  readonly type?: Class;
}

export interface Handler {
  /** `InvoicesController.create` */
  readonly name: string;
  readonly takes: readonly Taken[];
}

/** As Nest numbers them (RouteParamtypes). */
const PLACES: Record<string, Taken['place']> = { 3: 'body', 4: 'query', 5: 'param' };

/** Every handler of the running application, as Nest knows it. */
export function handlersOf({ app }: TestApp): Handler[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => (typeof metatype === 'function' ? handlersIn(metatype as Class) : []));
}

/** Whether class-validator knows anything of it: of what else is passed, nothing is checked. */
export function isDto(type: Class | undefined): boolean {
  if (type === undefined) return false;
  return getMetadataStorage().getTargetValidationMetadatas(type, '', false, false).length > 0;
}

function handlersIn(controller: Class): Handler[] {
  const prototype = controller.prototype as Record<string, object>;
  // Also what it inherits.
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((method) => {
    const handler = prototype[method];
    const isRoute = handler !== undefined && Reflect.hasMetadata(METHOD_METADATA, handler);
    return isRoute ? [{ name: `${controller.name}.${method}`, takes: takenBy(controller, method) }] : [];
  });
}

/** What a method of a controller takes from a request, or one of a gateway from an event. */
export function takenBy(controller: Class, method: string): Taken[] {
  const taken = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
    string,
    { readonly index: number; readonly data?: string }
  >;
  const types = Reflect.getMetadata('design:paramtypes', controller.prototype as object, method) as Class[];
  return Object.entries(taken).flatMap(([key, { index, data }]) => {
    const place = PLACES[key.split(':')[0] ?? ''];
    return place === undefined ? [] : [{ place, field: data, type: types[index] }];
  });
}
