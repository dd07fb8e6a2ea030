import { scrub } from './redaction.js';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

describe('a line of the log', () => {
  it.each(['', ' ', '<', '\n', '\r\n', '\t', '\b', '\u0001', '\\', '\\n', '"'])(
    '[R-13] is still JSON, and tells nothing, when an address or a token comes after %j',
    (before) => {
      const line = JSON.stringify({ msg: `to${before}somebody@example.org`, token: `of${before || ' '}${TOKEN}` });
      const { msg, token } = JSON.parse(scrub(line)) as { msg: string; token: string };
      expect(msg).toContain('[redacted]');
      expect(token).toContain('[redacted]');
      for (const secret of ['somebody', 'example.org', 'eyJ']) expect(msg + token).not.toContain(secret);
    },
  );
});
