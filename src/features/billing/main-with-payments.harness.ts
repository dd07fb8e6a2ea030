import { ProcessLifecycle } from '../../core/lifecycle/process-lifecycle.js';
import { serve } from '../../serve.js';
import { salesModule, Shop } from './payments.harness.js';
import { RemoteBank } from './remote-bank.harness.js';
import { ScriptedProvider } from './scripted-provider.harness.js';

// eslint-disable-next-line no-restricted-syntax -- a process is told where the bank is, which is no setting of ours
const bank = new RemoteBank(process.env.TEST_BANK_URL ?? '');

await serve(new ProcessLifecycle().watch(), [salesModule([new ScriptedProvider(bank)], { seat: new Shop() })]);
