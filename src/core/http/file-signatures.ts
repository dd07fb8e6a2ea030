// How a file of each type begins: bytes in hexadecimal, by their offset.
const SIGNATURES = {
  'image/png': { 0: '89504e470d0a1a0a' },
  'image/jpeg': { 0: 'ffd8ff' },
  'image/gif': { 0: '47494638' },
  'image/webp': { 0: '52494646', 8: '57454250' },
  'application/pdf': { 0: '255044462d' },
  'application/zip': { 0: '504b0304' },
} as const satisfies Record<string, Record<number, string>>;

/** A type that can be told by how a file begins. Text cannot, so it comes as JSON. */
export type FileType = keyof typeof SIGNATURES;

/** As many bytes as it takes to tell any of them */
export const SIGNATURE_BYTES = 12;

/** @returns the type that the file begins as, whatever its name or its sender say */
export function typeOf(file: Buffer): FileType | undefined {
  return (Object.keys(SIGNATURES) as FileType[]).find((type) =>
    Object.entries(SIGNATURES[type]).every(([offset, hex]) => hasAt(file, Number(offset), hex)),
  );
}

function hasAt(file: Buffer, offset: number, hex: string): boolean {
  const bytes = Buffer.from(hex, 'hex');
  return file.subarray(offset, offset + bytes.length).equals(bytes);
}
