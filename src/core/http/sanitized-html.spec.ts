import { IsString, MaxLength } from 'class-validator';
import { InputPipe } from './input.pipe.js';
import { SanitizedHtml } from './sanitized-html.js';

class Article {
  @SanitizedHtml()
  @IsString()
  @MaxLength(60_000)
  body: string;
}

const write = async (body: unknown) =>
  ((await new InputPipe().transform({ body }, { type: 'body', metatype: Article })) as Article).body;

describe('a field that holds HTML', () => {
  it.each([
    ['<p>Hello <b>you</b></p><script>alert(1)</script>', '<p>Hello <b>you</b></p>'],
    ['<p onclick="alert(1)" ONMOUSEOVER=alert(1)>a</p>', '<p>a</p>'],
    ['<img src=x onerror=1>', ''],
    ['<svg/onload=alert(1)><p>a</p></svg>', '<p>a</p>'],
    ['<a href="javascript:alert(1)">a</a>', '<a rel="noopener nofollow ugc">a</a>'],
    ['<a href=" java\nscript:alert(1)">a</a>', '<a rel="noopener nofollow ugc">a</a>'],
    ['<a href="data:text/html,<script>alert(1)</script>">a</a>', '<a rel="noopener nofollow ugc">a</a>'],
    ['<a href="//elsewhere.example">a</a>', '<a rel="noopener nofollow ugc">a</a>'],
    [
      '<a href="https://example.org" target="_top" rel="opener">a</a>',
      '<a href="https://example.org" rel="noopener nofollow ugc">a</a>',
    ],
    ['<p style="position:fixed" class="x" id="y">a</p>', '<p>a</p>'],
    ['<iframe src="https://example.org"></iframe><form action="/x"><input></form>', ''],
    ['<scr<script>ipt>alert(1)</script>', 'ipt&gt;alert(1)'],
    ['<b>open', '<b>open</b>'],
    ['1 < 2 & 3 > 2', '1 &lt; 2 &amp; 3 &gt; 2'],
  ])('keeps of %s what is harmless', async (written, kept) => {
    expect(await write(written)).toBe(kept);
    expect(await write(kept)).toBe(kept);
  });

  it('is a text, and a bounded one', async () => {
    await expect(write(1)).rejects.toMatchObject({ errors: [{ pointer: '#/body' }] });
    const tooLong = { errors: [{ pointer: '#/body', code: 'maxLength' }] };
    await expect(write('x'.repeat(60_001))).rejects.toMatchObject(tooLong);
    const started = performance.now();
    await expect(write('<b>'.repeat(300_000))).rejects.toMatchObject(tooLong);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
