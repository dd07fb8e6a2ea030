import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';

/** Lints texts as if each stood in the file that it names. In: {name: {file, text}}. Out: {name: [rule: message]}. */
const planted = JSON.parse(await text(process.stdin));
const eslint = new ESLint();
const found = {};
for (const [name, { file, text: code }] of Object.entries(planted)) {
  const [{ messages }] = await eslint.lintText(code, { filePath: file });
  found[name] = messages.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}
process.stdout.write(JSON.stringify(found));
