/** Loaded into each server before its own code: tells the bench the processor time of the process when asked. */
process.on('message', () => process.send?.(process.cpuUsage()));
// A killed bench leaves no server behind.
process.on('disconnect', () => process.exit());
process.channel?.unref();
