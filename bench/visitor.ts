import { randomBytes } from 'node:crypto';
import type { Server } from './server.ts';

/** Somebody with an account. */
export interface Visitor {
  readonly id: string;
  readonly headers: { readonly authorization: string };
}

/** Registers and signs in as a person would. @param from headers that tell from where */
export async function signUp({ url }: Server, from: Record<string, string> = {}): Promise<Visitor> {
  const email = `bench-${randomBytes(6).toString('hex')}@example.org`;
  const password = randomBytes(16).toString('hex');
  const { id } = await post<{ id: string }>(`${url}/v1/auth/register`, { email, password, name: 'Ada Lovelace' }, from);
  const { accessToken } = await post<{ accessToken: string }>(`${url}/v1/auth/login`, { email, password }, from);
  return { id, headers: { authorization: `Bearer ${accessToken}` } };
}

/** @throws if the answer is no success */
export async function post<T>(url: string, body: object, headers: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
