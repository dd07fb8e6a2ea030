import { Body, Controller, Delete, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { hours, Throttle } from '@nestjs/throttler';
import { CurrentActor, RequiresRole, RequiresSession } from '../../core/access/access.decorators.js';
import type { Actor } from '../../core/access/actor.js';
import { NotFound } from '../../core/errors/core.errors.js';
import { Throws } from '../../core/http/openapi.js';
import { EmailTaken, LastOwner } from '../../core/identity/identity.errors.js';
import { AccountErasure } from './account-erasure.service.js';
import { AccountService } from './account.service.js';
import { InvalidCredentials } from './auth.errors.js';
import { EraseAccount, ErasedAccount } from './erase-account.dto.js';
import { UpdateUser, UserView } from './user.dto.js';

@ApiTags('users')
@Controller('users/me')
@RequiresRole('viewer')
@Throws(NotFound)
export class UsersController {
  constructor(
    private readonly account: AccountService,
    private readonly erasure: AccountErasure,
  ) {}

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

  /** Erases my account, all that is known of me, and the organizations that nobody else belongs to. For good */
  @Delete()
  @RequiresSession()
  @Throttle({ principal: { limit: 3, ttl: hours(1) } })
  @Throws(InvalidCredentials, LastOwner)
  erase(@CurrentActor() actor: Actor, @Body() request: EraseAccount): Promise<ErasedAccount> {
    return this.erasure.erase(actor, request);
  }
}
