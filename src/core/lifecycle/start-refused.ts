/** Why the application does not start, in one line for whoever starts it. */
export class StartRefused extends Error {}
