import { cleanUp } from './harness/cleanup.js';

afterAll(cleanUp);
