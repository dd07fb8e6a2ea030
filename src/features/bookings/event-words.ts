// Marks belong to their letters: without them there are no words in Hindi or Thai.
const NO_WORD = /[^\p{L}\p{M}\p{N}]+/u;

/**
 * The words of an event as PostgreSQL's `tsvector`: `AC/DC` is two. They are cut here and not by its parser, which takes
 * that for a path, and what a letter is from the locale of the server.
 */
export const wordsOf = (...texts: readonly string[]): string => [...new Set(texts.flatMap(cut))].map(quoted).join(' ');

/** A `tsquery` of what has words that begin so: `rock ham`. Nothing else of what people type reaches it. */
export const beginningsIn = (text: string): string =>
  cut(text)
    .map((word) => `${quoted(word)}:*`)
    .join(' & ');

function cut(text: string): string[] {
  const words = text.normalize('NFKC').toLowerCase().split(NO_WORD);
  return words.filter((word) => word !== '');
}

/** There is no quote in a word. */
const quoted = (word: string): string => `'${word}'`;
