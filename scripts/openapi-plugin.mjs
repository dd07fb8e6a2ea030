import { before as swagger } from '@nestjs/swagger/plugin';

/**
 * The Swagger plugin, also for a project below a path with characters beyond ASCII: the type checker writes them as
 * `\u00fc` into the imports that the plugin takes from its texts, and no such folder exists.
 */
export function before(options, program) {
  const checker = program.getTypeChecker();
  const typeToString = (...args) => unescape(checker.typeToString(...args));
  return swagger(options, override(program, { getTypeChecker: () => override(checker, { typeToString }) }));
}

function unescape(text) {
  return text.replace(/\\u([0-9a-f]{4})/gi, (_match, digits) => String.fromCharCode(parseInt(digits, 16)));
}

function override(target, methods) {
  return new Proxy(target, { get: (object, name) => methods[name] ?? object[name] });
}
