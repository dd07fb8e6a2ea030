/** How long a test goes on that is random, in seconds: `SOAK_SECONDS=60 npm test -- races` finds more than a few do. */
export const SOAK_SECONDS = Number(process.env.SOAK_SECONDS ?? 5);
