import { relative } from 'node:path';
import { codesOfThrows } from './codes-of-throws.mjs';
import { decoratorsOf } from './symbols.mjs';
import { thrownIn } from './thrown-errors.mjs';
import { usualCodes } from './usual-codes.mjs';

const VERB = /^(Get|Post|Put|Patch|Delete|All|Head|Options)$/;
const NEST = /\/node_modules\/@nestjs\/common\//;

/** What a route may throw, however deep, it says with @Throws: the document of the API knows it from nowhere else. */
export const documentedErrors = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      missing: '{{verb}} handler may throw {{name}} ({{code}}), found in {{file}}: add @Throws({{name}}) to the route',
    },
  },
  create(context) {
    const { program, esTreeNodeToTSNodeMap: nodes } = context.sourceCode.parserServices;
    const checker = program.getTypeChecker();
    return {
      MethodDefinition(node) {
        const method = nodes.get(node);
        const verb = decoratorsOf(checker, method).find(isVerb)?.name.toUpperCase();
        if (verb === undefined) return;
        const documented = new Set([...usualCodes(program, method, verb), ...codesOfThrows(checker, method)]);
        for (const { name, code, file } of thrownIn(program, method).values()) {
          const data = { verb, name, code, file: relative(context.cwd, file) };
          if (!documented.has(code)) context.report({ node: node.key, messageId: 'missing', data });
        }
      },
    };
  },
};

function isVerb({ name, symbol }) {
  return VERB.test(name) && NEST.test(symbol.valueDeclaration?.getSourceFile().fileName);
}
