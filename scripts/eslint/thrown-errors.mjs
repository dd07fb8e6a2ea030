import { join } from 'node:path';
import ts from 'typescript';
import { behindImports, symbolOf } from './symbols.mjs';
import { constructorOf, errorsOf } from './error-classes.mjs';

const OURS = `${join(import.meta.dirname, '..', '..', 'src').replaceAll('\\', '/')}/`;

const known = new WeakMap();

/**
 * Every error that is made in a function or in what it names, calls, constructs or passes on, however deep: what is only
 * known at run time (an implementation behind an interface, a class that is handed to a function) is not found.
 * @returns for each code the name of the class and the file in which it is made
 */
export function thrownIn(program, declaration) {
  const found = new Map();
  const seen = new Set([declaration]);
  for (const next of seen) {
    const { errors, uses } = lookInto(program, next);
    for (const error of errors) if (!found.has(error.code)) found.set(error.code, error);
    for (const used of uses) seen.add(used);
  }
  return found;
}

/** What one declaration says by itself: each is read once, however many routes lead there. */
function lookInto(program, declaration) {
  const declarations = known.get(program) ?? new WeakMap();
  known.set(program, declarations);
  if (!declarations.has(declaration)) declarations.set(declaration, read(program.getTypeChecker(), declaration));
  return declarations.get(declaration);
}

function read(checker, declaration) {
  const { fileName: file } = declaration.getSourceFile();
  const errors = [];
  const uses = new Set();
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isDecorator(node)) return;
    if (ts.isIdentifier(node)) for (const used of usedBy(checker, node)) uses.add(used);
    if (ts.isNewExpression(node)) {
      const type = checker.getTypeAtLocation(node);
      for (const error of errorsOf(checker, type)) errors.push({ ...error, file });
      for (const used of constructorsOf(checker, type)) uses.add(used);
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(declaration, visit);
  return { errors, uses };
}

function constructorsOf(checker, { symbol }) {
  const made = symbol?.valueDeclaration;
  const constructor = isOurs(made) && ts.isClassLike(made) && constructorOf(checker, made);
  return constructor ? [constructor] : [];
}

/** The functions, and the values that may hold functions, that a name stands for. */
function usedBy(checker, identifier) {
  const symbol = ts.isShorthandPropertyAssignment(identifier.parent)
    ? behindImports(checker, checker.getShorthandAssignmentValueSymbol(identifier.parent))
    : symbolOf(checker, identifier);
  return (symbol?.declarations ?? []).filter(
    (declaration) =>
      isOurs(declaration) &&
      ((ts.isFunctionLike(declaration) && declaration.body) ||
        ((ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration)) && declaration.initializer)),
  );
}

function isOurs(declaration) {
  const file = declaration?.getSourceFile();
  return file !== undefined && !file.isDeclarationFile && file.fileName.startsWith(OURS);
}
