import { cleanUp } from './harness/cleanup.js';

// Databases are dropped in here, which a busy disk, or a connection that another test froze, takes its time for.
afterAll(cleanUp, 180_000);
