/** Standard error, as the commands of development use it. */
export function say(line) {
  process.stderr.write(`aerie: ${line}\n`);
}
