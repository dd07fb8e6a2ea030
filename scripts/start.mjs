import { createRequire, enableCompileCache } from 'node:module';
import { join } from 'node:path';

// A start is mostly the loading of modules: what was compiled, or stripped of its types, once is kept. This file is plain
// JavaScript so that nothing is loaded before that is said.
enableCompileCache(join(import.meta.dirname, '..', '.cache', 'compile-cache'));
// The first import of `node:http` reads every name of it, and these three would load all of the browser's fetch: 40 ms.
const http = createRequire(import.meta.url)('node:http');
for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent']) delete http[name];
await import('./run.ts');
