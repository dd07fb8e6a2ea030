import { ProcessLifecycle } from '../../core/lifecycle/process-lifecycle.js';
import { serve } from '../../serve.js';
import { FakeMeterModule } from './fake-meter.harness.js';

await serve(new ProcessLifecycle().watch(), [FakeMeterModule]);
