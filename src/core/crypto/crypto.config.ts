import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../config/define-config.js';
import { hexKey } from '../config/rules.js';
import { optionalSecretEnv, secretEnv } from '../config/variable.js';

export const cryptoConfig = defineConfig('crypto', {
  encryptionKey: secretEnv(
    'ENCRYPTION_KEY',
    hexKey().required(),
    'Encrypts the secrets of others at rest (AES-256-GCM)',
  ),
  previousEncryptionKey: optionalSecretEnv(
    'ENCRYPTION_KEY_PREVIOUS',
    hexKey(),
    'The key before, still able to decrypt while you rotate',
  ),
});

export type CryptoConfig = ConfigType<typeof cryptoConfig>;
