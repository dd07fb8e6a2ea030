import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, RequiresRole } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Throws } from '../../core/http/openapi.js';
import { EmailTaken } from '../../core/identity/identity.errors.js';
import { AccountService } from './account.service.js';
import { InvalidCredentials } from './auth.errors.js';
import { UpdateUser, UserView } from './user.dto.js';

@ApiTags('users')
@Controller('users/me')
@RequiresRole('viewer')
@Throws(NotFound)
export class UsersController {
  constructor(private readonly account: AccountService) {}

  /** Who I am */
  @Get()
  read(@CurrentActor() actor: Actor): Promise<UserView> {
    return this.account.read(actor);
  }

  /** Changes what I am called, or where I get mails: that needs my password once more */
  @Patch()
  @Throws(EmailTaken, InvalidCredentials)
  update(@CurrentActor() actor: Actor, @Body() request: UpdateUser): Promise<UserView> {
    return this.account.update(actor, request);
  }
}
