import { ProcessLifecycle } from './core/lifecycle/process-lifecycle.js';
import { serve } from './serve.js';

/** The process, exported for the scripts of development, which run it inside of theirs. */
export const lifecycle = new ProcessLifecycle().watch();
export const app = await serve(lifecycle);
