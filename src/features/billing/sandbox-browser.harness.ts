/** Speaks HTTP to the pages of the payment sandbox as a browser without scripts does: it reads a form and sends it. */
export class SandboxBrowser {
  constructor(private readonly origin: string) {}

  /** @param checkout its id at the provider */
  async open(checkout: string): Promise<{ status: number; headers: Headers; text: string }> {
    const answer = await fetch(this.address(checkout));
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  /** @param token what the form holds, or something else. @returns the answer, of which no redirect was followed */
  async press(checkout: string, press: string, token?: string): Promise<Response> {
    const body = new URLSearchParams({ token: token ?? (await this.token(checkout)) });
    return fetch(`${this.address(checkout)}/${press}`, { method: 'POST', body, redirect: 'manual' });
  }

  async token(checkout: string): Promise<string> {
    const { text } = await this.open(checkout);
    return /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';
  }

  private address(checkout: string): string {
    return `${this.origin}/sandbox/checkouts/${checkout}`;
  }
}
