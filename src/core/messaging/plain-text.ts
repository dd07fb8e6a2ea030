const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

const LINK = /<a\s[^>]*?href="([^"]*)"[^>]*>(.*?)<\/a>/gis;
const LINE_END = /<br\s*\/?>|<\/(?:li|tr|h[1-6])>/gi;
const PARAGRAPH_END = /<\/(?:p|div|ul|ol|table|blockquote)>/gi;

/** The text of a mail for those who read no HTML. A template's own tags are simple, and what is put in has none. */
export function plainText(html: string): string {
  const text = html
    .replace(/\s+/g, ' ')
    .replace(LINK, (_link, address: string, label: string) => (label === address ? address : `${label}: ${address}`))
    .replace(LINE_END, '\n')
    .replace(PARAGRAPH_END, '\n\n')
    .replace(/<[^>]*>/g, '');
  return decoded(text)
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
    const point = hex === undefined ? Number(decimal) : parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
