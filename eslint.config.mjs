import eslint from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';
import { documentedErrors } from './scripts/eslint/documented-errors.mjs';
import { tenantEntities } from './scripts/eslint/tenant-entities.mjs';
import { tenantSql } from './scripts/eslint/tenant-sql.mjs';

const SQL_METHODS = '/^(query|where|andWhere|orWhere|having|andHaving|orHaving|orderBy|addOrderBy)$/';
const inSql = (node) => `CallExpression[callee.property.name=${SQL_METHODS}] > ${node}`;
const PARAMETERS = 'SQL is never put together from values: pass them as parameters.';

const NETWORK =
  '/^((node:)?(https?|http2|net|tls|dgram)|undici|axios|razorpay|@nestjs.axios|got|ky|node-fetch|superagent)$/';
const HARMLESS = '/^(STATUS_CODES|METHODS|isIP|isIPv4|isIPv6|BlockList|SocketAddress|rootCertificates)$/';
const OPENS = `:matches(ImportDefaultSpecifier, ImportNamespaceSpecifier, ImportSpecifier[importKind='value']:not([imported.name=${HARMLESS}]))`;
const OUTBOUND = {
  message:
    'A call to another service needs a timeout, a size limit and a guard against internal addresses: it goes through a client in core/outbound.',
  except: ['src/core/outbound', 'spec'],
};

// What the house forbids, and what to do instead. `except` is where it is done: a folder, or the specs.
const FORBIDDEN = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Configuration is read through a typed namespace: declare it with defineConfig in a *.config.ts.',
    except: 'src/core/config',
  },
  {
    selector: "BinaryExpression[left.property.name='NODE_ENV'], BinaryExpression[left.name='NODE_ENV']",
    message: 'Behaviour has a setting of its own; only core/config knows the environment by name.',
    except: 'src/core/config',
  },
  {
    selector: 'NewExpression[callee.name=/^(DataSource|Pool|Client)$/]',
    message: 'There is one DataSource, opened in core/database: inject it.',
    except: 'src/core/database',
  },
  { selector: inSql('TemplateLiteral[expressions.length>0]'), message: PARAMETERS },
  { selector: inSql("BinaryExpression[operator='+']"), message: PARAMETERS },
  {
    selector: 'CallExpression[callee.property.name=/Sync$/], CallExpression[callee.name=/Sync$/]',
    message: 'Nothing waits for a disk or a processor while others wait for it: use the asynchronous twin.',
    except: ['src/core/config', 'spec'],
  },
  {
    selector: 'AssignmentExpression > MemberExpression.left[property.name=/^(json|send|end)$/]',
    message: 'Who wants to know of an answer listens (whenOver): a method that was replaced can harm it.',
  },
  { selector: "Property[key.name='synchronize'][value.value=true]", message: 'The schema comes from migrations.' },
  {
    selector: "Property[key.name='rejectUnauthorized'][value.value=false]",
    message: 'Certificates are always checked.',
  },
  { globals: ['fetch', 'WebSocket', 'EventSource'], ...OUTBOUND },
  { selector: `ImportDeclaration[importKind='value'][source.value=${NETWORK}] > ${OPENS}`, ...OUTBOUND },
  {
    selector: `:matches(ImportExpression, ExportNamedDeclaration, ExportAllDeclaration)[source.value=${NETWORK}]`,
    ...OUTBOUND,
  },
  {
    selector:
      "ImportDeclaration[source.value='class-validator'] > ImportSpecifier[imported.name='IsOptional'], MemberExpression[property.name='IsOptional']",
    message: 'IsOptional lets null through to the database: use @IfPresent() of core/http.',
  },
  {
    selector: "ImportDeclaration[source.value='class-validator'] > ImportSpecifier[imported.name='IsUUID']",
    message: 'One id has many spellings with IsUUID: use @IsId() of core/http.',
    except: ['spec'],
  },
  {
    selector:
      "CallExpression[callee.name='PartialType']:not(:has(Property[key.name='skipNullProperties'][value.value=false]))",
    message: 'PartialType lets null through to the database: give it { skipNullProperties: false }.',
  },
];
/** Tests, and what several of one feature share. */
const TESTS = ['**/*spec.ts', '**/*.harness.ts'];

const EXCEPTIONS = new Set(FORBIDDEN.flatMap(({ except = [] }) => except).filter((place) => place !== 'spec'));

function forbiddenIn(...places) {
  const here = FORBIDDEN.filter(({ except }) => !places.some((place) => [except].flat().includes(place)));
  const syntax = here.flatMap(({ selector, message }) => (selector ? [{ selector, message }] : []));
  const globals = here.flatMap(({ globals = [], message }) => globals.map((name) => ({ name, message })));
  return {
    'no-restricted-syntax': ['error', ...syntax],
    'no-restricted-globals': ['error', { globals, checkGlobalObject: true }],
  };
}

const aerie = {
  rules: { 'documented-errors': documentedErrors, 'tenant-entities': tenantEntities, 'tenant-sql': tenantSql },
};

export default tseslint.config(
  { languageOptions: { globals: { process: 'readonly', URL: 'readonly', console: 'readonly' } } },
  { ignores: ['dist', '.cache', '.data', 'coverage', 'node_modules'] },
  eslint.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      '@typescript-eslint/no-deprecated': 'error',
      ...forbiddenIn('src'),
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/core/tenancy/**', ...TESTS],
    plugins: { aerie },
    rules: { 'aerie/tenant-entities': 'error', 'aerie/tenant-sql': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: TESTS,
    plugins: { aerie },
    rules: { 'aerie/documented-errors': 'error' },
  },
  { files: TESTS.map((files) => `src/${files}`), rules: forbiddenIn('spec') },
  {
    files: ['**/*spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['it', 'test', 'describe'].flatMap((object) =>
          ['only', 'skip', 'todo'].map((property) => ({ object, property, message: 'Every test runs, every time.' })),
        ),
      ],
    },
  },
  ...[...EXCEPTIONS].flatMap((folder) => [
    { files: [`${folder}/**/*.ts`], rules: forbiddenIn(folder) },
    { files: TESTS.map((files) => `${folder}/${files}`), rules: forbiddenIn(folder, 'spec') },
  ]),
  {
    files: ['src/**/*.ts', 'migrations/**/*.ts'],
    plugins: { boundaries },
    settings: {
      // Without a resolver that knows .js means .ts, every import would be unknown and every violation silent.
      'import/resolver': { typescript: { project: 'tsconfig.json' } },
      'boundaries/elements': [
        { type: 'core', pattern: 'src/core' },
        { type: 'feature', pattern: 'src/features/*', capture: ['name'] },
        { type: 'test', pattern: 'test' },
        { type: 'migrations', pattern: 'migrations' },
      ],
      'boundaries/files': [
        { category: 'spec', pattern: [...TESTS, '**/*.requests.ts'] },
        { category: 'features-index', pattern: 'src/features/index.ts' },
        { category: 'app', pattern: 'src/*.ts' },
      ],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          message:
            'core imports core; a feature imports core and itself; specs also import test and the app; nothing else.',
          policies: [
            { allow: { to: { module: { origin: ['external', 'core'] } } } },
            { from: { element: { type: 'core' } }, allow: { to: { element: { type: 'core' } } } },
            { from: { element: { type: 'feature' } }, allow: { to: { element: { type: 'core' } } } },
            {
              from: { element: { type: 'feature' } },
              allow: {
                to: { element: { type: 'feature', captured: { name: '{{ from.element.captured.name }}' } } },
              },
            },
            { from: { file: { categories: 'features-index' } }, allow: { to: { element: { type: 'feature' } } } },
            {
              from: { file: { categories: 'app' } },
              allow: [
                { to: { element: { type: 'core' } } },
                { to: { file: { categories: 'features-index' } } },
                { to: { file: { categories: 'app' } } },
              ],
            },
            {
              from: { file: { categories: 'spec' } },
              allow: [{ to: { element: { type: 'test' } } }, { to: { file: { categories: 'app' } } }],
            },
          ],
        },
      ],
    },
  },
);
