const PIXELS_PER_MODULE = 4;
const CHANNELS = 4;

/** Draws the picture of a QR code: squares `M<x>,<y>h1v1h-1z` on white. @returns what a camera would see, as RGBA */
export function qrPixels(svg: string): { readonly data: Uint8ClampedArray; readonly width: number } {
  const [, modules = ''] = /viewBox="0 0 (\d+) \1"/.exec(svg) ?? [];
  const width = Number(modules) * PIXELS_PER_MODULE;
  const data = new Uint8ClampedArray(width * width * CHANNELS).fill(255);
  for (const [, x, y] of svg.matchAll(/M(\d+),(\d+)h1v1h-1z/g)) blacken(data, width, Number(x), Number(y));
  return { data, width };
}

function blacken(data: Uint8ClampedArray, width: number, x: number, y: number): void {
  for (let row = 0; row < PIXELS_PER_MODULE; row++) {
    const first = ((y * PIXELS_PER_MODULE + row) * width + x * PIXELS_PER_MODULE) * CHANNELS;
    for (let at = first; at < first + PIXELS_PER_MODULE * CHANNELS; at += CHANNELS) data.fill(0, at, at + 3);
  }
}
