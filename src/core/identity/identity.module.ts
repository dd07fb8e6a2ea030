import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PersonalData } from '../privacy/personal-data.js';
import { AdminUsersController } from './admin-users.controller.js';
import { AdminUsers } from './admin-users.service.js';
import { IDENTITY } from './identity.personal-data.js';
import { Membership } from './membership.entity.js';
import { Organization } from './organization.entity.js';
import { User } from './user.entity.js';
import { UsersService } from './users.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([User, Organization, Membership])],
  controllers: [AdminUsersController],
  providers: [AdminUsers, UsersService],
  exports: [UsersService],
})
export class IdentityModule {
  constructor(personalData: PersonalData) {
    personalData.declare(...IDENTITY);
  }
}
