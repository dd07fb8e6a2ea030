import ts from 'typescript';
import { isTenant } from './tenant-mark.mjs';

const TENANCY = /\/src\/core\/tenancy\//;
const TYPEORM = /\/node_modules\/typeorm\//;

/**
 * A class with @TenantEntity() is given to a scope and to nothing else: not to TypeORM, and not to a name or a function
 * through which it would get there. The mark is found behind every alias, because the type checker is asked.
 */
export const tenantEntities = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      raw: 'Rows of an organization are reached through scope(tx, actor).of({{name}}).',
      relation: 'Only an entity of an organization may have a relation to {{name}}: others would reach across.',
      text: 'TypeORM is given entities by their class: a name hides whose rows they are.',
    },
  },
  create(context) {
    const { program, esTreeNodeToTSNodeMap: nodes } = context.sourceCode.parserServices;
    const checker = program.getTypeChecker();
    const typeOf = (node) => checker.getTypeAtLocation(nodes.get(node));
    const report = (node, messageId, name = '') => context.report({ node, messageId, data: { name } });

    return {
      Identifier(identifier) {
        if (isName(identifier)) return;
        const type = typeOf(identifier);
        if (type.isClass() || !isTenant(checker, type)) return;
        const node = identifier.parent.property === identifier ? identifier.parent : identifier;
        if (isScoped(node) || isListed(node)) return;
        const owner = ownerOfRelation(node);
        if (owner && isTenant(checker, typeOf(owner))) return;
        report(node, owner ? 'relation' : 'raw', type.symbol.name);
      },
      TSTypeReference(node) {
        const [first] = node.typeArguments?.params ?? [];
        const type = first && typeOf(first);
        const isRepository = isFrom(TYPEORM, typeOf(node).symbol) && /Repository$/.test(typeOf(node).symbol.name);
        if (isRepository && isTenant(checker, type)) report(node, 'raw', type.symbol.name);
      },
      CallExpression(node) {
        const { declaration } = checker.getResolvedSignature(nodes.get(node)) ?? {};
        if (!declaration || !TYPEORM.test(declaration.getSourceFile().fileName)) return;
        for (const [index, argument] of node.arguments.entries()) {
          const type = elementOf(checker, typeOf(argument));
          if (type.isClass() && isTenant(checker, type)) report(argument, 'raw', type.symbol.name);
          if (takesEntity(declaration, index, argument) && isText(type)) report(argument, 'text');
        }
      },
    };

    function isScoped({ parent }) {
      if (parent.type !== 'CallExpression' || parent.callee.property?.name !== 'of') return false;
      return isFrom(TENANCY, checker.getResolvedSignature(nodes.get(parent))?.declaration);
    }
  },
};

/** Imports, exports and declarations only name it, and `typeof Booking` is a type. */
function isName(node) {
  const { parent } = node;
  if (/^(Import|Export)|^TSTypeQuery$|^TSQualifiedName$/.test(parent.type) || parent.id === node) return true;
  return parent.type === 'Property' && parent.key === node && !parent.computed;
}

/** `TypeOrmModule.forFeature([Booking])` tells TypeORM that the entity exists; nobody can inject what that provides. */
function isListed({ parent }) {
  return parent.type === 'ArrayExpression' && parent.parent.callee?.property?.name === 'forFeature';
}

/** The class in which this is `@ManyToOne(() => Booking)`. */
function ownerOfRelation({ parent }) {
  const decorator = parent.type === 'ArrowFunctionExpression' ? parent.parent.parent : undefined;
  if (decorator?.type !== 'Decorator') return undefined;
  return decorator.parent.parent.parent.id ?? undefined;
}

function takesEntity(declaration, index, argument) {
  const wanted = declaration.parameters[index]?.getText() ?? '';
  if (/EntityTarget/.test(wanted)) return true;
  // A join takes the name of a relation, which has a dot, or of an entity.
  return /^(property|entity): .*string/.test(wanted) && !String(argument.value ?? '.').includes('.');
}

function isText(type) {
  return (type.flags & ts.TypeFlags.StringLike) !== 0;
}

function elementOf(checker, type) {
  return (checker.isArrayType(type) && checker.getTypeArguments(type)[0]) || checker.getNonNullableType(type);
}

function isFrom(folder, symbolOrDeclaration) {
  const declaration = symbolOrDeclaration?.declarations?.[0] ?? symbolOrDeclaration;
  return declaration?.getSourceFile !== undefined && folder.test(declaration.getSourceFile().fileName);
}
