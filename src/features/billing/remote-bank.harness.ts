import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Checkout, CheckoutRequest, ProviderRefundRequest } from './payment-provider.js';
import { atTheEnd } from '../../../test/harness/cleanup.js';
import type { Bank } from './scripted-provider.harness.js';

/** Lets other processes ask a bank of this one. @returns where it is */
export async function serveBank(bank: Bank): Promise<string> {
  const server = createServer((request, response) => void answer(bank, request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atTheEnd(server, async () => {
    server.closeAllConnections();
    server.close();
    await Promise.resolve();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(bank: Bank, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = (request.url ?? '').slice(1) as 'fetch';
  try {
    const [argument] = (await json(request)) as [string];
    response.end(JSON.stringify((await bank[method](argument)) ?? null));
  } catch {
    response.writeHead(500).end();
  }
}

/** The bank of another process. */
export class RemoteBank {
  constructor(private readonly url: string) {}

  async createCheckout(request: CheckoutRequest): Promise<Checkout> {
    const checkout = await this.ask<Checkout>('createCheckout', request);
    return { ...checkout, expiresAt: new Date(checkout.expiresAt) };
  }

  fetch: Bank['fetch'] = (reference) => this.ask('fetch', reference);
  expire: Bank['expire'] = (reference) => this.ask('expire', reference);
  refund: Bank['refund'] = (request: ProviderRefundRequest) => this.ask('refund', request);
  fetchRefund: Bank['fetchRefund'] = (reference) => this.ask('fetchRefund', reference);

  private async ask<T>(method: string, argument: unknown): Promise<T> {
    const response = await fetch(`${this.url}/${method}`, { method: 'POST', body: JSON.stringify([argument]) });
    if (!response.ok) throw new Error('The bank has failed.');
    return (await response.json()) as T;
  }
}
