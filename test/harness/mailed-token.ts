import type { ApiClient } from './api-client.js';
import { eventually } from './eventually.js';

interface Mail {
  readonly to: string;
  readonly template: string;
  readonly text: string;
}

/** The token of the link in a mail. */
export const tokenIn = (text: string): string => /#token=([\w-]+)/.exec(text)?.[1] ?? '';

/** The token of the last mail of a kind to somebody, as soon as it is in the inbox of development. */
export async function mailedToken(api: ApiClient, to: string, template: string): Promise<string> {
  let token = '';
  await eventually(async () => {
    const response = await fetch(new URL('/dev/inbox/messages', api.url));
    const { data } = (await response.json()) as { data: Mail[] };
    const mail = data.find((one) => one.to === to && one.template === template);
    if (mail === undefined) throw new Error(`no mail ${template} has come`);
    token = tokenIn(mail.text);
  });
  return token;
}
