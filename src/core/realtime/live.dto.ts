import { IsString, MaxLength } from 'class-validator';
import { IsId } from '../http/fields.js';

/** A room, by what is told there. */
export class LiveRoomRequest {
  /** What of it: `seats` */
  @IsString()
  @MaxLength(50)
  kind: string;

  /** Of which thing */
  @IsId()
  id: string;
}

export class LiveRoomView {
  /** The room that the socket is in, or has left: `seats:0189…` */
  room: string;
}
