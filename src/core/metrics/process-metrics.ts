import { collectDefaultMetrics, Counter, Registry } from 'prom-client';

/** What is true of the whole process, whichever application runs in it: event loop, memory, garbage collection. */
export const processRegistry = new Registry();

export const unhandledRejections = new Counter({
  name: 'process_unhandled_rejections_total',
  help: 'Promises that were rejected and that nobody awaited',
  registers: [processRegistry],
});

let observed = false;

/** Starts to observe the process. Once: its observers of event loop and garbage collection live as long as it does. */
export function observeProcess(): void {
  if (observed) return;
  observed = true;
  collectDefaultMetrics({ register: processRegistry });
}
