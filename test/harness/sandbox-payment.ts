/** Pays as a browser without scripts does: it follows the link to the page of the sandbox, reads its form and sends it. */
export async function payInSandbox(app: { readonly url: string }, checkoutUrl: string): Promise<number> {
  return pressPay(app, await sandboxPage(app, checkoutUrl));
}

/** @returns the address of the page on which a payment is paid, which is made when the first comes */
export async function sandboxPage({ url }: { readonly url: string }, checkoutUrl: string): Promise<URL> {
  const answer = await fetch(new URL(new URL(checkoutUrl).pathname, url), { redirect: 'manual' });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`The checkout leads nowhere: ${answer.status} ${await answer.text()}`);
  // An application that was started again answers elsewhere.
  return new URL(new URL(location).pathname, url);
}

/** @returns 303 if it is paid, 409 if it is too late for that */
export async function pressPay(app: { readonly url: string }, page: URL): Promise<number> {
  const address = new URL(page.pathname, app.url);
  const text = await (await fetch(address)).text();
  const body = new URLSearchParams({ token: /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '' });
  return (await fetch(`${address.href}/pay`, { method: 'POST', body, redirect: 'manual' })).status;
}
