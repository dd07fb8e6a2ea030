import { randomUUID } from 'node:crypto';
import { In, Not, IsNull } from 'typeorm';
import { TestApp } from '../../../test/harness/app.js';
import type { ApiClient } from '../../../test/harness/api-client.js';
import { sql } from '../../../test/harness/database.js';
import { Note, NOTES } from '../../../test/harness/note.entity.js';
import { FOR_EVERYBODY, NotesModule } from '../../../test/harness/notes.controller.js';
import type { Actor } from '../access/actor.js';
import { Transactions, type Tx } from '../database/transactions.js';
import { NotFound } from '../errors/core.errors.js';
import { Membership } from '../identity/membership.entity.js';
import { Organization } from '../identity/organization.entity.js';
import { Pages } from '../pagination/pages.js';
import { acrossOrganizations, scope } from './scope.js';

describe('the scope of an organization', () => {
  let test: TestApp;
  let a: { actor: Actor; api: ApiClient };
  let b: { actor: Actor; api: ApiClient };
  let id: string;

  const run = <T>(work: (tx: Tx) => Promise<T>) => test.app.get(Transactions).run(work);
  const notes = () => sql(test.databaseUrl, 'SELECT * FROM test_notes ORDER BY id');

  beforeAll(async () => {
    test = await TestApp.start({ modules: [NotesModule] });
    await sql(test.databaseUrl, NOTES);
    a = await test.actor();
    b = await test.actor();
  });

  beforeEach(async () => {
    await sql(test.databaseUrl, 'DELETE FROM test_notes');
    id = randomUUID();
    await run((tx) => scope(tx, a.actor).of(Note).insert({ id, text: 'mine', stock: 3 }));
    await run((tx) => scope(tx, b.actor).of(Note).insert({ id: randomUUID(), text: 'theirs', stock: 3 }));
  });

  it('[R-44] finds, changes and deletes what is its own', async () => {
    await run(async (tx) => {
      const mine = scope(tx, a.actor).of(Note);
      expect(await mine.get({ id })).toMatchObject({ id, organizationId: a.actor.organizationId });
      expect(await mine.find()).toMatchObject([{ text: 'mine' }]);
      expect(await mine.findOne({ where: { text: 'theirs' } })).toBeNull();
      expect(await mine.update({ id }, { text: 'changed' })).toBe(1);
      expect(await mine.update({ id }, { text: undefined })).toBe(1);
      expect(await mine.update({ id: randomUUID() }, {})).toBe(0);
      expect(await mine.delete({ id })).toBe(1);
    });
    expect(await notes()).toMatchObject([{ text: 'theirs' }]);
  });

  it('[R-44] neither finds nor changes what is of another organization', async () => {
    const before = await notes();
    await run(async (tx) => {
      const theirs = scope(tx, b.actor).of(Note);
      await expect(theirs.get({ id }, 'The note')).rejects.toThrow(new NotFound('The note'));
      const { organizationId } = a.actor;
      for (const where of [{ id }, { organizationId }, [{ id }, { text: 'mine' }], { text: Not('theirs') }]) {
        expect(await theirs.find({ where })).toEqual([]);
        expect(await theirs.findOne({ where })).toBeNull();
      }
      expect(await theirs.update({ id }, { text: 'stolen' })).toBe(0);
      expect(await theirs.update({ text: 'mine' }, { text: 'stolen' })).toBe(0);
      expect(await theirs.delete({ id })).toBe(0);
      const foreign = { id, organizationId };
      expect(await theirs.update(foreign, { text: 'stolen' })).toBe(0);
      expect(await theirs.delete(foreign)).toBe(0);
    });
    expect(await notes()).toEqual(before);
  });

  it('[R-44] holds for a query, whatever is asked of it later', async () => {
    await run(async (tx) => {
      const query = () => scope(tx, b.actor).of(Note).select('note');
      const queries = [
        query(),
        query().where('note.id = :id', { id }).orWhere('note.text IS NOT NULL'),
        query().where('true OR note.id = :id', { id }),
        query().where({ text: Not(IsNull()) }),
        query().innerJoinAndSelect('note.organization', 'organization').where('true').take(9),
        query().innerJoin('note.organization', 'organization').orWhere('organization.id IS NOT NULL'),
      ];
      for (const each of queries) expect((await each.getMany()).map(({ text }) => text)).toEqual(['theirs']);
      expect(await query().where('note.id = :id', { id }).getCount()).toBe(0);
      const page = await test.app.get(Pages).read('notes', 'id', query(), { limit: 10, total: false });
      expect(page.data).toMatchObject([{ text: 'theirs' }]);
    });
  });

  it('[R-44] says itself whose a row is', async () => {
    const { organizationId } = a.actor;
    const values = { id: randomUUID(), text: 'foreign' };
    await run(async (tx) => {
      const theirs = scope(tx, b.actor).of(Note);
      // @ts-expect-error -- the organization is not the caller's to say
      await expect(theirs.insert({ ...values, organizationId })).rejects.toThrow('comes from the scope');
      // @ts-expect-error -- and stays what it is
      await expect(theirs.update({ text: 'theirs' }, { organizationId })).rejects.toThrow('comes from the scope');
      const organization = await tx.findOneByOrFail(Organization, { id: organizationId });
      await expect(theirs.insert({ ...values, organization })).rejects.toThrow('organization is set by the columns');
      await expect(theirs.update({ text: 'theirs' }, { organization })).rejects.toThrow('set by the columns');
      expect(await theirs.insert()).toEqual([]);
      const [first] = await theirs.insert(values, { ...values, id: randomUUID(), text: 'another' });
      expect(first).toEqual(await theirs.get({ id: values.id }));
      expect(first).toBeInstanceOf(Note);
      expect(await theirs.find({ where: { text: In(['foreign', 'another']) } })).toHaveLength(2);
    });
  });

  it('changes nothing without a condition', async () => {
    const before = await notes();
    for (const where of [{}, { id: undefined }]) {
      await expect(run((tx) => scope(tx, a.actor).of(Note).update(where, { text: 'all' }))).rejects.toThrow();
      await expect(run((tx) => scope(tx, a.actor).of(Note).delete(where))).rejects.toThrow();
    }
    expect(await notes()).toEqual(before);
  });

  it('tells one winner of a race', async () => {
    const buy = () =>
      run((tx) =>
        scope(tx, a.actor)
          .of(Note)
          .update({ id, stock: 3 }, { stock: () => 'stock - 1' }),
      );
    const counts = await Promise.all([buy(), buy(), buy()]);
    expect(counts.sort()).toEqual([0, 0, 1]);
  });

  it('is for entities of organizations only', async () => {
    await run((tx) => {
      expect(() => scope(tx, a.actor).of(Membership)).toThrow('Membership has no @TenantEntity()');
      return Promise.resolve();
    });
  });

  it('[R-44] is what a route answers by: 404 for the rows of others', async () => {
    expect(await a.api.get(`/v1/test/notes/${id}`)).toMatchObject({ status: 200, body: { text: 'mine' } });
    expect(await b.api.get(`/v1/test/notes/${id}`)).toMatchObject({ status: 404 });
    expect(await b.api.patch(`/v1/test/notes/${id}`, { text: 'stolen' })).toMatchObject({ status: 404 });
  });

  it('[R-44] #3 is never what a request says', async () => {
    const { organizationId } = b.actor;
    expect(await a.api.patch(`/v1/test/notes/${id}`, { text: 'x', organizationId })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/organizationId', code: 'unknownField' }] },
    });
    expect(await a.api.get(`/v1/test/notes/published?organizationId=${organizationId}`)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/organizationId', code: 'unknownField' }] },
    });
  });

  it('[R-44] #4 is left only for a reason that a route gives, and that its document repeats', async () => {
    const published = await test.api.get<{ data: object[] }>('/v1/test/notes/published');
    expect(published.body.data).toHaveLength(2);
    expect(test.contract.document.paths['/v1/test/notes/published']?.get).toMatchObject({
      'x-across-organizations': FOR_EVERYBODY,
    });
    const others = test.contract.operations().filter(({ operation }) => 'x-across-organizations' in operation);
    const ofTests = others.map(({ path }) => path).filter((path) => path.startsWith('/v1/test/'));
    expect(ofTests).toEqual(['/v1/test/notes/published', '/v1/test/notes/all']);
    await run((tx) => {
      expect(() => acrossOrganizations(tx, 'because I want to').of(Note)).toThrow('No route has @AcrossOrganizations');
      const visible = acrossOrganizations(tx, FOR_EVERYBODY).of(Note);
      expect('update' in visible || 'insert' in visible || 'delete' in visible).toBe(false);
      return Promise.resolve();
    });
  });
});
