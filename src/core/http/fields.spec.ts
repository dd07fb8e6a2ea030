import { IsString, MaxLength } from 'class-validator';
import { ById } from './by-id.dto.js';
import { IfPresent, Trimmed } from './fields.js';
import { InputPipe } from './input.pipe.js';

class Draft {
  @Trimmed()
  @IfPresent()
  @IsString()
  @MaxLength(5)
  title?: string;
}

const read = (metatype: new () => object, value: unknown) =>
  new InputPipe().transform(value, { type: 'body', metatype });
const refused = (pointer: string) => ({ errors: [{ pointer }] });

describe('a field that may be left out', () => {
  it('is left out, or what it should be', async () => {
    expect(await read(Draft, {})).toEqual({});
    expect(await read(Draft, { title: undefined })).toEqual({});
    expect(await read(Draft, { title: 'a' })).toEqual({ title: 'a' });
  });

  it.each([null, 1, {}, 'longer'])('is never %j', async (title) => {
    await expect(read(Draft, { title })).rejects.toMatchObject(refused('#/title'));
  });
});

describe('a trimmed field', () => {
  it('has no spaces around it, which count for nothing', async () => {
    expect(await read(Draft, { title: '  a b c ' })).toEqual({ title: 'a b c' });
  });
});

describe('the path of one thing', () => {
  it('holds a UUID', async () => {
    const id = '01890000-0000-7000-8000-000000000001';
    expect(await read(ById, { id })).toEqual({ id });
    for (const other of ['1', `${id}0`, '', null, undefined]) {
      await expect(read(ById, { id: other })).rejects.toMatchObject(refused('#/id'));
    }
  });
});
