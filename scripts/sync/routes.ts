interface Operation {
  readonly summary?: string;
  readonly 'x-access'?: string;
  readonly 'x-unlimited'?: boolean;
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
}

const HEADER = `# Routes

Every route and who may call it, made by \`npm run sync\` from the running application. A role means: at least this one
in the organization of the request; an administrator runs the platform, whatever their role. The limits by address and by
user count every route but those that say unlimited.

| Route | Who | Limits | What |
| --- | --- | --- | --- |
`;

/** Renders the list of routes for reviews: a change of who may call what is one line here. */
export function renderRoutes({ paths }: Document): string {
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, operation]) =>
        `| \`${method.toUpperCase()} ${path}\` | ${operation['x-access'] ?? 'nobody'} | ` +
        `${operation['x-unlimited'] ? 'unlimited' : ''} | ${operation.summary ?? ''} |`,
    ),
  );
  return `${HEADER}${rows.join('\n')}\n`;
}
