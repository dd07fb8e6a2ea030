import { tenantTables } from './tenant-mark.mjs';

/** SQL past the scope, about a table of @TenantEntity(), names the organization itself. */
export const tenantSql = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { sql: 'SQL about {{table}} has to say whose rows it means: name organization_id.' },
  },
  create(context) {
    const tables = tenantTables(context.sourceCode.parserServices.program);
    const check = (node, text) => {
      const table = /\borganization_id\b/i.test(text) ? undefined : tables.find((name) => isAbout(text, name));
      if (table) context.report({ node, messageId: 'sql', data: { table } });
    };
    return {
      Literal: (node) => typeof node.value === 'string' && check(node, node.value),
      TemplateLiteral: (node) => check(node, node.quasis.map(({ value }) => value.cooked).join('?')),
    };
  },
};

function isAbout(text, table) {
  return new RegExp(`\\b(FROM|JOIN|INTO|UPDATE|ONLY|USING|TABLE)\\s+(public\\.)?"?${table}\\b`, 'i').test(text);
}
