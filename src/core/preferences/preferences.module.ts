import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PersonalData } from '../privacy/personal-data.js';
import { PreferencesController } from './preferences.controller.js';
import { Preferences } from './preferences.service.js';
import { UserPreferences } from './user-preferences.entity.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([UserPreferences])],
  controllers: [PreferencesController],
  providers: [Preferences],
  exports: [Preferences],
})
export class PreferencesModule {
  constructor(personalData: PersonalData) {
    personalData.declare({
      table: 'user_preferences',
      tells: ['user_id', 'version', 'email', 'sms', 'socket', 'updated_at'],
    });
  }
}
