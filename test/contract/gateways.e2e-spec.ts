import { Module } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  GATEWAY_METADATA,
  GATEWAY_OPTIONS,
  MESSAGE_MAPPING_METADATA,
  MESSAGE_METADATA,
} from '@nestjs/websockets/constants.js';
import { getMetadataStorage, IsInt, IsString, Max, MaxLength } from 'class-validator';
import { Public, RequiresRole } from '../../src/core/access/access.decorators.js';
import { ACCESS_RULE } from '../../src/core/access/access-rule.js';
import { TestApp } from '../harness/app.js';
import { isDto, takenBy } from '../harness/handlers.js';
import { NotesModule } from '../harness/notes.controller.js';
import { HoldNote, NotesGatewayModule } from '../harness/notes.gateway.js';

type Class = new () => object;

class Unbounded {
  @IsString()
  text: string;

  @IsInt()
  @Max(10)
  count: number;

  @IsString()
  @MaxLength(10)
  bounded: string;
}

/** Forgets, in each way in turn, what an event has to say of itself. */
@WebSocketGateway({ namespace: '/planted' })
class PlantedGateway {
  @SubscribeMessage('planted:silent')
  silent(): void {}

  @SubscribeMessage('planted:raw')
  @RequiresRole('member')
  raw(@MessageBody() _data: object): void {}

  @SubscribeMessage('planted:field')
  @Public()
  field(@MessageBody('text') _text: string): void {}

  @SubscribeMessage('planted:bare')
  @Public()
  bare(_socket: object, _data: HoldNote): void {}

  @SubscribeMessage('planted:unbounded')
  @Public()
  unbounded(@MessageBody() _data: Unbounded): void {}

  @SubscribeMessage('planted:good')
  @Public()
  good(@MessageBody() _data: HoldNote): void {}

  @SubscribeMessage('planted:good')
  @Public()
  twin(): void {}
}

@Module({ providers: [PlantedGateway] })
class PlantedModule {}

interface Event {
  /** `/events note:hold` */
  readonly name: string;
  readonly gateway: Class;
  readonly method: string;
}

function eventsOf({ app }: TestApp): Event[] {
  const providers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.providers.values()]);
  const gateways = providers.flatMap(({ metatype }) =>
    typeof metatype === 'function' && Reflect.hasMetadata(GATEWAY_METADATA, metatype) ? [metatype as Class] : [],
  );
  return gateways.flatMap((gateway) => {
    const { namespace } = Reflect.getMetadata(GATEWAY_OPTIONS, gateway) as { namespace: string };
    return handlersOf(gateway).map((method) => {
      const message = Reflect.getMetadata(MESSAGE_METADATA, handlerOf(gateway, method)) as string;
      return { name: `${namespace} ${message}`, gateway, method };
    });
  });
}

function handlersOf(gateway: Class): string[] {
  const methods = new MetadataScanner().getAllMethodNames(gateway.prototype as object);
  return methods.filter((method) => Reflect.hasMetadata(MESSAGE_MAPPING_METADATA, handlerOf(gateway, method)));
}

const handlerOf = (gateway: Class, method: string) =>
  (gateway.prototype as Record<string, (...given: []) => void>)[method]!;

function faultsOf({ name, gateway, method }: Event, all: readonly Event[]): string[] {
  const handler = handlerOf(gateway, method);
  const bodies = takenBy(gateway, method).filter(({ place }) => place === 'body');
  // Nest passes socket and data to a method without decorators, past every pipe.
  const isBare = handler.length > 0 && !Reflect.hasMetadata('__routeArguments__', gateway, method);
  const wrong = {
    'says of nobody that they may send it: add @RequiresRole(…) or @Public()': ![handler, gateway].some((target) =>
      Reflect.hasMetadata(ACCESS_RULE, target),
    ),
    'takes what no DTO describes: take one class with validators by @MessageBody()':
      isBare || bodies.some(({ field, type }) => field !== undefined || !isDto(type)),
    'has two handlers: of one namespace each event is one method':
      all.filter((other) => other.name === name).length > 1,
  };
  return [
    ...Object.entries(wrong).flatMap(([fault, isSo]) => (isSo ? [`${name}: ${fault}`] : [])),
    ...bodies.flatMap(({ type }) => unboundedIn(type).map((property) => `${name}: ${property} has no bounds`)),
  ];
}

/** Texts without a longest, and numbers without a least or a most. */
function unboundedIn(type: Class | undefined): string[] {
  const rules = type ? getMetadataStorage().getTargetValidationMetadatas(type, '', false, false) : [];
  return [...Map.groupBy(rules, ({ propertyName }) => propertyName)].flatMap(([property, of]) => {
    const has = (...names: string[]) => of.some(({ name = '' }) => names.includes(name));
    const isEndless =
      (has('isString') && !has('maxLength', 'isLength', 'isUuid', 'isIn', 'isEnum')) ||
      (has('isInt', 'isNumber') && !(has('min') && has('max')));
    return isEndless ? [property] : [];
  });
}

describe('every event of a gateway', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [NotesModule, NotesGatewayModule, PlantedModule] });
  });

  it('[R-68] #1 has a rule, and one bounded DTO for all that it takes', () => {
    const events = eventsOf(test);
    const faults = events.flatMap((event) => faultsOf(event, events));
    const isMeant = (fault: string) => /^(\/planted |halls hall:enter:)/.test(fault);
    expect(faults.filter((fault) => !isMeant(fault))).toEqual([]);
    expect(events.map(({ name }) => name)).toEqual(expect.arrayContaining(['/events note:hold', '/live room:join']));
    const raw = 'takes what no DTO describes: take one class with validators by @MessageBody()';
    expect(faults.filter(isMeant)).toEqual([
      'halls hall:enter: says of nobody that they may send it: add @RequiresRole(…) or @Public()',
      '/planted planted:silent: says of nobody that they may send it: add @RequiresRole(…) or @Public()',
      `/planted planted:raw: ${raw}`,
      `/planted planted:field: ${raw}`,
      `/planted planted:bare: ${raw}`,
      '/planted planted:unbounded: text has no bounds',
      '/planted planted:unbounded: count has no bounds',
      '/planted planted:good: has two handlers: of one namespace each event is one method',
      '/planted planted:good: has two handlers: of one namespace each event is one method',
    ]);
  });

  it('is of a namespace of the one server: a gateway with a port or with limits of its own does not start', async () => {
    const gateways = [
      WebSocketGateway(8080),
      WebSocketGateway({ cors: { origin: '*' } }),
      WebSocketGateway({ namespace: '/own', maxHttpBufferSize: 1e9 }),
      WebSocketGateway({ namespace: /^\/dynamic-\d+$/ }),
    ];
    for (const gateway of gateways) {
      @gateway
      class OwnGateway {}
      @Module({ providers: [OwnGateway] })
      class OwnModule {}
      await expect(TestApp.start({ modules: [OwnModule] })).rejects.toThrow('a gateway says its namespace');
    }
  });
});
