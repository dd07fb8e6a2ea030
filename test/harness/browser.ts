import { type Browser, chromium } from 'playwright-core';

/** No sandbox within the sandbox that CI already is: there, where everybody is root, Chromium would not start. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
