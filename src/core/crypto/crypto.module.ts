import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { cryptoConfig } from './crypto.config.js';
import { Keyring } from './keyring.js';

@Global()
@Module({ imports: [ConfigModule.forFeature(cryptoConfig)], providers: [Keyring], exports: [Keyring] })
export class CryptoModule {}
