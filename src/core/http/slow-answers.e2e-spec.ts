import { AnswerRoutesModule } from '../../../test/harness/answers.controller.js';
import { TestApp } from '../../../test/harness/app.js';

/** What it says in 1.5 s, before it says nothing more. */
const WHOLE = Array.from({ length: 15 }, (_, piece) => `${piece}\n`).join('');

describe('an answer that is sent in pieces', () => {
  it('[R-81] takes as long as it moves on, and ends when it does not', async () => {
    const test = await TestApp.start({ modules: [AnswerRoutesModule], env: { REQUEST_TIMEOUT_MS: '1000' } });
    const started = performance.now();
    // What is compressed comes in pieces of its own.
    const headers = { 'accept-encoding': 'identity' };
    const { status, body } = await fetch(`${test.url}/v1/test/answers/slow-stream`, { headers });
    expect(status).toBe(200);
    const read = async () => {
      let text = '';
      try {
        for await (const piece of body!.pipeThrough(new TextDecoderStream())) text += piece;
        return { text, isWhole: true };
      } catch {
        return { text, isWhole: false };
      }
    };
    expect(await read()).toEqual({ text: WHOLE, isWhole: false });
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
