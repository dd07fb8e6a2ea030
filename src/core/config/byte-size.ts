const FORM = /^(\d{1,12})(b|kb|mb)?$/i;
const UNITS: Record<string, number> = { b: 1, kb: 1_024, mb: 1_048_576 };

/** Reads `512kb`, `5mb` or a plain number of bytes. @returns bytes, or undefined if it is neither */
export function toBytes(size: string): number | undefined {
  const [, digits, unit = 'b'] = FORM.exec(size) ?? [];
  return digits === undefined ? undefined : Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
}
