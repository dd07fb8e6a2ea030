import ts from 'typescript';
import { decoratorsOf } from './symbols.mjs';

const MARK = 'TenantEntity';

const tables = new WeakMap();

/** Whether a type is that of a marked class, or of its instances. */
export function isTenant(checker, type) {
  return (type?.symbol?.declarations ?? []).some(
    (declaration) => ts.isClassDeclaration(declaration) && isMarked(checker, declaration),
  );
}

/** @returns the tables of all marked classes of a program */
export function tenantTables(program) {
  const known = tables.get(program);
  if (known) return known;
  const found = program
    .getSourceFiles()
    .filter((file) => !file.isDeclarationFile && file.text.includes(MARK))
    .flatMap((file) => file.statements.filter(ts.isClassDeclaration))
    .flatMap((declaration) => tableOf(program.getTypeChecker(), declaration) ?? []);
  tables.set(program, found);
  return found;
}

function tableOf(checker, declaration) {
  if (!isMarked(checker, declaration)) return undefined;
  return decoratorsOf(checker, declaration).find(({ name }) => name === 'Entity')?.arguments[0]?.text;
}

/** By whatever name it was imported. */
function isMarked(checker, declaration) {
  return decoratorsOf(checker, declaration).some(({ name }) => name === MARK);
}
