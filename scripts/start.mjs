import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// A start is mostly the loading of modules: what was compiled, or stripped of its types, once is kept. This file is plain
// JavaScript so that nothing is loaded before that is said.
enableCompileCache(join(import.meta.dirname, '..', '.cache', 'compile-cache'));
await import('./run.ts');
