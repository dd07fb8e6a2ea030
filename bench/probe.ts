import { monitorEventLoopDelay } from 'node:perf_hooks';

// It measures the time between its own ticks: what is above their distance is delay.
const RESOLUTION_MS = 5;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

const QUESTIONS: Record<string, () => unknown> = {
  'processor time': () => process.cpuUsage(),
  'event-loop delay': () => {
    // On since the first question, so that no other measurement pays for the ticks.
    delay.enable();
    const p99Ms = Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS);
    delay.reset();
    return p99Ms;
  },
};

/** Loaded into each server before its own code: tells the bench about the process when asked. */
process.on('message', (question: string) => process.send?.(QUESTIONS[question]?.()));
// A killed bench leaves no server behind.
process.on('disconnect', () => process.exit());
process.channel?.unref();
