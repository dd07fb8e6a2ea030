import { copyWorkingTree, expectGreen } from '../../../test/harness/working-copy.js';

const TRACES = ['-E', 'features/bookings|BOOKINGS_|"/v1/(bookings|events|holds)', '--', 'src', 'migrations'];
const TESTS = ['test/contract', 'test/configuration', 'core/realtime', 'core/payments'];

/** Whoever needs no bookings deletes this folder, its line and its migrations. */
describe('a house without bookings', () => {
  it('is built, linted, and keeps its promises', async () => {
    const copy = await copyWorkingTree();
    await copy.cut('bookings');
    for (const script of ['sync', 'lint', 'build']) expectGreen(await copy.run('npm', ['run', script]));
    const traces = await copy.run('git', ['grep', '-l', ...TRACES, '.env.example', 'openapi.json']);
    expect(traces).toMatchObject({ stdout: '' });
    expectGreen(await copy.run('npm', ['test', '--', ...TESTS]));
  }, 900_000);
});
