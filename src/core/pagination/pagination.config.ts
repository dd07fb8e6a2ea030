import type { ConfigType } from '@nestjs/config';
import { defineConfig } from '../config/define-config.js';
import { signingSecret } from '../config/rules.js';
import { secretEnv } from '../config/variable.js';

export const paginationConfig = defineConfig('pagination', {
  cursorKey: secretEnv(
    'CURSOR_SIGNING_KEY',
    signingSecret().required(),
    'Signs the cursors of lists, so that nobody can make one up',
  ),
});

export type PaginationConfig = ConfigType<typeof paginationConfig>;
