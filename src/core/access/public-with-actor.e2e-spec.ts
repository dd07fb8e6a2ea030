import { Controller, Get, Module, type OnModuleInit } from '@nestjs/common';
import { ApiOkResponse, ApiProperty } from '@nestjs/swagger';
import { TestApp } from '../../../test/harness/app.js';
import { ActorIfAny, Public, PublicWithActor } from './access.decorators.js';
import { Unauthenticated } from './access.errors.js';
import type { Actor } from './actor.js';
import { Authenticators } from './authenticators.js';

const FORGED = 'x-forged';

class Greeting {
  @ApiProperty({ nullable: true, type: String, format: 'uuid' })
  userId: string | null;
}

@Controller('test/greetings')
class GreetingsController {
  @Get('known')
  @PublicWithActor()
  @ApiOkResponse({ type: Greeting })
  known(@ActorIfAny() actor: Actor | undefined): Greeting {
    return { userId: actor?.userId ?? null };
  }

  @Get('unknown')
  @Public()
  @ApiOkResponse({ type: Greeting })
  unknown(@ActorIfAny() actor: Actor | undefined): Greeting {
    return { userId: actor?.userId ?? null };
  }
}

@Module({ controllers: [GreetingsController] })
class GreetingsModule implements OnModuleInit {
  constructor(private readonly authenticators: Authenticators) {}

  onModuleInit(): void {
    this.authenticators.register(({ headers }) =>
      headers[FORGED] === undefined ? Promise.resolve(undefined) : Promise.reject(new Unauthenticated()),
    );
  }
}

describe('a public route that wants to know who asks', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [GreetingsModule] });
  });

  it('answers anybody, and knows whoever says who they are', async () => {
    const { api, actor } = await test.actor();
    expect(await test.api.get('/v1/test/greetings/known')).toMatchObject({ status: 200, body: { userId: null } });
    expect(await api.get('/v1/test/greetings/known')).toMatchObject({ status: 200, body: { userId: actor.userId } });
    expect(await api.get('/v1/test/greetings/unknown')).toMatchObject({ status: 200, body: { userId: null } });
  });

  it('refuses credentials that are wrong, instead of taking their bearer for nobody', async () => {
    const forger = test.api.with({ [FORGED]: 'yes' });
    expect(await forger.get('/v1/test/greetings/known')).toMatchObject({ status: 401 });
    expect(await forger.get('/v1/test/greetings/unknown')).toMatchObject({ status: 200 });
  });
});
