import type { DefaultEventsMap, Socket } from 'socket.io';
import type { Caller } from '../access/caller.js';

/** What is known of a socket, `socket.data` */
export interface SocketData extends Caller {
  /** The network that it comes from, which limits count by */
  readonly network: string;
}

/** A socket of ours. */
export type ClientSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
