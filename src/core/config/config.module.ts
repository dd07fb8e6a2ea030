import { Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule } from '@nestjs/config';
import { environmentConfig } from './environment.config.js';

/** Makes ConfigService global; each module brings its own namespace with `ConfigModule.forFeature`. */
@Module({
  imports: [
    NestConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, skipProcessEnv: true, load: [environmentConfig] }),
  ],
})
export class ConfigModule {}
