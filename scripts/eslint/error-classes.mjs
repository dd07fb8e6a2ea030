import ts from 'typescript';
import { symbolOf } from './symbols.mjs';

/** @returns the code of a class that derives from `defineError('conflict', 'SEAT_TAKEN')`, of other classes nothing */
export function codeOf(checker, declaration) {
  const base = baseOf(declaration);
  if (base === undefined) return undefined;
  if (ts.isCallExpression(base)) {
    return symbolOf(checker, base.expression)?.name === 'defineError' ? base.arguments[1]?.text : undefined;
  }
  const parent = symbolOf(checker, base)?.valueDeclaration;
  return parent && ts.isClassLike(parent) ? codeOf(checker, parent) : undefined;
}

/** @returns the error classes among the alternatives of a type, be it of the class or of its instances */
export function errorsOf(checker, type) {
  return (type.isUnion() ? type.types : [type])
    .map((one) => one.symbol?.valueDeclaration)
    .filter((declaration) => declaration && ts.isClassLike(declaration))
    .map((declaration) => ({ name: declaration.name?.text, code: codeOf(checker, declaration) }))
    .filter(({ code }) => code !== undefined);
}

/** @returns the constructor of a class, its own or inherited, if it is written out */
export function constructorOf(checker, declaration) {
  const own = declaration.members.find((member) => ts.isConstructorDeclaration(member) && member.body);
  const base = baseOf(declaration);
  if (own || base === undefined || ts.isCallExpression(base)) return own;
  const parent = symbolOf(checker, base)?.valueDeclaration;
  return parent && ts.isClassLike(parent) ? constructorOf(checker, parent) : undefined;
}

function baseOf({ heritageClauses = [] }) {
  return heritageClauses.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0]?.expression;
}
