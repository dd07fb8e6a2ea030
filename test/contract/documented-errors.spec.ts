import { lintBy } from '../harness/lint.js';

// The name of a file that exists, so that typed rules apply; the text is planted.
const FILE = 'src/core/health/health.controller.ts';
const RULE = 'aerie/documented-errors';

const HEAD = `import { applyDecorators, Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Get as Read } from '@nestjs/common';
import { Public, RequiresRole } from '../access/access.decorators.js';
import { Unauthenticated } from '../access/access.errors.js';
import type { Actor } from '../access/actor.js';
import { Transactions, type Tx } from '../database/transactions.js';
import { Conflict, DependencyUnavailable, NotFound, PayloadTooLarge, ValidationFailed } from '../errors/core.errors.js';
import { NotFound as Missing } from '../errors/core.errors.js';
import * as errors from '../errors/core.errors.js';
import { defineError, Violates } from '../errors/define-error.js';
import { Throws } from '../http/openapi.js';
import { Throws as Answers } from '../http/openapi.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.decorator.js';
import { Idempotency } from '../idempotency/idempotency.service.js';
import { UsersService } from '../identity/users.service.js';
import { PageQuery } from '../pagination/page.dto.js';
import { Pages } from '../pagination/pages.js';
import { scope } from '../tenancy/scope.js';
import { Note } from '../../../test/harness/note.entity.js';
declare const tx: Tx;
declare const actor: Actor;
class Gone extends defineError('not_found', 'GONE') { constructor() { super('It is gone.'); } }
class LongGone extends Gone {}
@Violates('notes_name_key') class NameTaken extends defineError('conflict', 'NAME_TAKEN') {
  constructor() { super('It is taken.'); }
}
const fail = (): never => { throw new Gone(); };
const toView = (row: string) => (row ? row : fail());
function again(depth: number): number { return depth ? again(depth - 1) : fail(); }
const byKind = { gone: () => new Gone() };
const gone = new Gone();
class Ticket { constructor() { fail(); } }
class Pass extends Ticket {}
class Things {
  readonly found = () => fail();
  constructor(readonly users: UsersService, readonly transactions: Transactions, readonly pages: Pages) {}
  owner() { return this.users.get(tx, '1'); }
  take() { return this.transactions.run(async (inner) => { await inner.query(''); throw new Gone(); }); }
  list(query: PageQuery) { return this.pages.read('notes', 'id', scope(tx, actor).of(Note).select('note'), query); }
  get last(): string { return fail(); }
}
const WAYS = [Gone, NotFound] as const;
const MayBeGone = () => applyDecorators(Throws(Gone));
`;

const route = (body: string, { on = '@Get()', given = '', controller = '@Public()' } = {}) => `
@Controller('things')
${controller}
export class ThingsController {
  constructor(readonly things: Things, readonly idempotency: Idempotency) {}
  ${on}
  route(${given}): unknown { ${body} }
}`;

/** Each with the error that is found. */
const FORBIDDEN: Record<string, readonly [text: string, error: string]> = {
  'thrown in the route': [route('throw new Gone();'), 'Gone (GONE)'],
  'imported under another name': [route('throw new Missing();'), 'NotFound (NOT_FOUND)'],
  'of a namespace': [route('throw new errors.NotFound();'), 'NotFound (NOT_FOUND)'],
  'derived from another error': [route('throw new LongGone();'), 'LongGone (GONE)'],
  'of a constraint, made by hand': [route('throw new NameTaken();'), 'NameTaken (NAME_TAKEN)'],
  'two calls away': [route('return this.things.owner();'), 'NotFound (NOT_FOUND), found in src/core/identity'],
  'in a transaction': [route('return this.things.take();'), 'Gone (GONE)'],
  'of a scope': [route(`return scope(tx, actor).of(Note).get({ id: '1' });`), 'NotFound (NOT_FOUND)'],
  'in a helper': [route('return again(3);'), 'Gone (GONE)'],
  'in a function passed on': [route(`return ['a'].map(toView);`), 'Gone (GONE)'],
  'in a function among properties': [route('return { toView };'), 'Gone (GONE)'],
  'in a method passed on': [route('return Promise.resolve().then(this.things.found);'), 'Gone (GONE)'],
  'in a table of functions': [route('throw byKind.gone();'), 'Gone (GONE)'],
  'made once for all': [route('throw gone;'), 'Gone (GONE)'],
  'in a constructor': [route('return new Ticket();'), 'Gone (GONE)'],
  'in an inherited constructor': [route('return new Pass();'), 'Gone (GONE)'],
  'in a getter': [route('return this.things.last;'), 'Gone (GONE)'],
  'handed to reject': [route('return new Promise((_, reject) => reject(new Gone()));'), 'Gone (GONE)'],
  'of a route by another name': [route('throw new Gone();', { on: '@Read()' }), 'Gone (GONE)'],
  'beside one that is documented': [route('throw new Gone();', { on: '@Get() @Throws(NotFound)' }), 'Gone (GONE)'],
  'a conflict of what changes nothing': [route('throw new Conflict();'), 'Conflict (CONFLICT)'],
  'a fault of no input': [route('return this.things.list(new PageQuery());'), 'ValidationFailed (VALIDATION_FAILED)'],
  'too large without a body': [route('throw new PayloadTooLarge();'), 'PayloadTooLarge (PAYLOAD_TOO_LARGE)'],
  'nobody where everybody may': [route('throw new Unauthenticated();'), 'Unauthenticated (UNAUTHENTICATED)'],
};

const KEYED = `return this.idempotency.once({ actor, operation: 'a', key, request: {} }, () => Promise.resolve({}));`;

const ALLOWED = {
  'documented on the route': route('throw new Gone();', { on: '@Get() @Throws(Gone)' }),
  'documented on the controller': route('fail();', { controller: '@Public() @Throws(Gone)' }),
  'documented with others': route('fail();', { on: '@Get() @Throws(NotFound, Gone)' }),
  'documented by another name': route('fail();', { on: '@Get() @Answers(Gone)' }),
  'documented by a list': route('fail();', { on: '@Get() @Throws(...WAYS)' }),
  'documented by a decorator of ours': route('fail();', { on: '@Get() @MayBeGone()' }),
  'documented by its base': route('throw new LongGone();', { on: '@Get() @Throws(Gone)' }),
  'usual everywhere': route('throw new DependencyUnavailable();'),
  'a conflict of a change': route('throw new Conflict();', { on: '@Post()' }),
  'a fault of the query': route('return this.things.list(query);', { given: '@Query() query: PageQuery' }),
  'too large a body': route('throw new PayloadTooLarge();', { given: '@Body() body: PageQuery' }),
  'what a key brings': route(KEYED, { on: '@Post()', given: '@IdempotencyKey() key: string' }),
  'nobody where somebody is wanted': route('throw new Unauthenticated();', { on: `@Get() @RequiresRole('viewer')` }),
  'an error that is only known': route('return (thrown: unknown) => thrown instanceof Gone;'),
  'other errors': route(`throw new Error('unexpected');`),
  'no route': route('throw new Gone();', { on: '' }),
};

type Found = Record<string, string[]>;

describe('the lint rule of documented errors', () => {
  let forbidden: Found;
  let allowed: Found;
  beforeAll(() => {
    forbidden = lintBy(
      new RegExp(`^${RULE}:`),
      FILE,
      HEAD,
      Object.fromEntries(Object.entries(FORBIDDEN).map(([name, [text]]) => [name, text])),
    );
    allowed = lintBy(new RegExp(`^${RULE}:`), FILE, HEAD, ALLOWED);
  }, 120_000);

  it.each(Object.entries(FORBIDDEN))('finds an error %s', (name, [, error]) => {
    expect(forbidden[name]).toEqual([expect.stringContaining(`may throw ${error}`)]);
  });

  it.each(Object.keys(ALLOWED))('lets pass: %s', (name) => {
    expect(allowed[name]).toEqual([]);
  });

  it('says what, where and how to mend it', () => {
    expect(forbidden['two calls away']).toEqual([
      `${RULE}: GET handler may throw NotFound (NOT_FOUND), found in src/core/identity/users.service.ts: ` +
        'add @Throws(NotFound) to the route',
    ]);
  });
});
