import ts from 'typescript';

/** @returns the decorators of a declaration that are calls, each with what its name stands for, however it is imported */
export function decoratorsOf(checker, declaration) {
  return (ts.canHaveDecorators(declaration) ? (ts.getDecorators(declaration) ?? []) : []).flatMap(({ expression }) => {
    const symbol = ts.isCallExpression(expression) && symbolOf(checker, expression.expression);
    return symbol ? [{ name: symbol.name, symbol, arguments: expression.arguments }] : [];
  });
}

/** @returns what a name stands for */
export function symbolOf(checker, node) {
  return behindImports(checker, checker.getSymbolAtLocation(node));
}

/** @returns the symbol itself, under whatever name it was imported */
export function behindImports(checker, symbol) {
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
