import { Client } from 'pg';
import { atTheEnd } from './cleanup.js';

/** A connection outside of any application that stays, for those who ask often. */
export async function connection(url: string): Promise<Client> {
  const client = new Client(url);
  // Whoever asks next hears of it.
  client.on('error', () => undefined);
  await client.connect();
  return atTheEnd(client, () => client.end());
}
