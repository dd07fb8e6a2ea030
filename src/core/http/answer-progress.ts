import type { ServerResponse } from 'node:http';

/** How far an answer has come that is sent in pieces. */
export class AnswerProgress {
  private known = 0;

  constructor(private readonly answer: ServerResponse) {}

  /** Whether its client has taken anything of it since this was asked before. */
  hasMoved(): boolean {
    const before = this.known;
    this.known = this.taken;
    return this.answer.headersSent && this.known > before;
  }

  /** In bytes. What waits in this process has not gone anywhere. */
  private get taken(): number {
    const { bytesWritten = 0, writableLength = 0 } = this.answer.socket ?? {};
    return bytesWritten - writableLength;
  }
}
