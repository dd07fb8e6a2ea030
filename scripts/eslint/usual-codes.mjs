import ts from 'typescript';
import { decoratorsOf } from './symbols.mjs';

const FILE = /\/src\/core\/http\/usual-errors\.ts$/;
const INPUT = /^(Body|Query|Param|UploadedFiles?|IdempotencyKey)$/;
const RULE = /^(Public|RequiresRole|RequiresAdministrator)$/;
const BODY = /^(Body|UploadedFiles?)$/;

/**
 * The codes that `describeApi` adds to a route by itself. What only the running application knows, such as a header that
 * a decorator documents, is not seen here: a @Throws more does no harm.
 */
export function usualCodes(program, method, verb) {
  const checker = program.getTypeChecker();
  const usual = listsOf(program);
  const given = method.parameters.flatMap((parameter) => namesOf(checker, parameter));
  return [
    ...usual.EVERYWHERE,
    ...(verb === 'GET' ? [] : usual.WITH_CHANGE),
    ...(given.some((name) => INPUT.test(name)) ? usual.WITH_INPUT : []),
    ...(given.some((name) => BODY.test(name)) ? usual.WITH_BODY : []),
    ...(given.includes('IdempotencyKey') ? usual.WITH_KEY : []),
    ...(isPublic(checker, method) ? [] : usual.WITH_ACTOR),
  ];
}

/** The lists of that file, by their names. */
function listsOf(program) {
  const file = program.getSourceFiles().find(({ fileName }) => FILE.test(fileName));
  const lists = (file?.statements ?? [])
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .map(({ name, initializer }) => [name.text, initializer.elements.map(({ text }) => text)]);
  return Object.fromEntries(lists);
}

/** The rule of the route, else that of its controller. */
function isPublic(checker, method) {
  const rules = [method, method.parent].flatMap((declaration) => namesOf(checker, declaration));
  return rules.find((name) => RULE.test(name)) === 'Public';
}

function namesOf(checker, declaration) {
  return decoratorsOf(checker, declaration).map(({ name }) => name);
}
