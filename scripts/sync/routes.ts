interface Operation {
  readonly summary?: string;
  readonly 'x-access'?: string;
  readonly 'x-scope'?: string;
  readonly 'x-verified-email'?: true;
  readonly 'x-unlimited'?: 'always' | 'if signed';
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
}

const HEADER = `# Routes

Every route and who may call it, made by \`npm run sync\` from the running application. A role means: at least this one
in the organization of the request; an administrator runs the platform, whatever their role. The limits by address and by
user count every route but those that say unlimited. Where it says verified, the e-mail address must be; an API key needs
the scope that is named, beside the role of its owner, and where none is named it does not do.

| Route | Who | viewer | member | admin | owner | API key | Limits | What |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
`;

const ROLES = ['viewer', 'member', 'admin', 'owner'];

/** Whether somebody of this role may call it. */
function mark(role: string, { 'x-access': access = '', 'x-verified-email': verified }: Operation): string {
  const mayCall = access === 'public' || (ROLES.includes(access) && ROLES.indexOf(role) >= ROLES.indexOf(access));
  return mayCall ? (verified ? 'verified' : 'yes') : '';
}

function unlimited({ 'x-unlimited': condition }: Operation): string {
  if (condition === undefined) return '';
  return condition === 'always' ? 'unlimited' : `unlimited ${condition}`;
}

/** Renders the list of routes for reviews: a change of who may call what is one line here. */
export function renderRoutes({ paths }: Document): string {
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, operation]) =>
        `| \`${method.toUpperCase()} ${path}\` | ${operation['x-access'] ?? 'nobody'} | ` +
        `${ROLES.map((role) => mark(role, operation)).join(' | ')} | ${operation['x-scope'] ?? ''} | ` +
        `${unlimited(operation)} | ${operation.summary ?? ''} |`,
    ),
  );
  return `${HEADER}${rows.join('\n')}\n`;
}
