import { defineConfig } from '../../core/config/define-config.js';
import { url } from '../../core/config/rules.js';
import { env } from '../../core/config/variable.js';
import { ProcessLifecycle } from '../../core/lifecycle/process-lifecycle.js';
import { serve } from '../../serve.js';
import { salesModule, Shop } from './payments.harness.js';
import { RemoteBank } from './remote-bank.harness.js';
import { ScriptedProvider } from './scripted-provider.harness.js';

const config = defineConfig('bank', {
  url: env('TEST_BANK_URL', url(['http'], 'http://127.0.0.1:1'), 'Where the bank of the test is'),
});
const bank = new ScriptedProvider(new RemoteBank(config().url));

await serve(new ProcessLifecycle().watch(), [salesModule([bank], { seat: new Shop() })]);
