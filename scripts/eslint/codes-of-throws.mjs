import ts from 'typescript';
import { errorsOf } from './error-classes.mjs';
import { decoratorsOf, symbolOf } from './symbols.mjs';

const THROWS = /\/src\/core\/http\/openapi\.ts$/;

/** @returns the codes that @Throws gives a route or its controller, itself or within another decorator of ours */
export function codesOfThrows(checker, method) {
  return [method, method.parent]
    .flatMap((declaration) => decoratorsOf(checker, declaration))
    .flatMap((decorator) => (isThrows(decorator.symbol) ? [decorator] : callsWithin(checker, decorator.symbol)))
    .flatMap((call) => [...call.arguments])
    .flatMap((argument) => errorsIn(checker, argument).map(({ code }) => code));
}

function callsWithin(checker, { valueDeclaration }) {
  const calls = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && isThrows(symbolOf(checker, node.expression))) calls.push(node);
    ts.forEachChild(node, visit);
  };
  const file = valueDeclaration?.getSourceFile();
  if (file && !file.isDeclarationFile) visit(valueDeclaration);
  return calls;
}

function isThrows(symbol) {
  return symbol?.name === 'Throws' && THROWS.test(symbol.valueDeclaration?.getSourceFile().fileName);
}

/** Of an argument such as `SeatTaken` or `...BOOKING_ERRORS`. */
function errorsIn(checker, argument) {
  if (!ts.isSpreadElement(argument)) return errorsOf(checker, checker.getTypeAtLocation(argument));
  const list = checker.getTypeAtLocation(argument.expression);
  return checker.getTypeArguments(list).flatMap((type) => errorsOf(checker, type));
}
