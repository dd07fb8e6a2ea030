import { Controller, Get, Module, Param } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { TestApp } from '../../../test/harness/app.js';
import { Public } from '../access/access.decorators.js';
import { Conflict, LengthRequired, NotFound } from '../errors/core.errors.js';
import { ById } from './by-id.dto.js';
import { Throws } from './openapi.js';

@Controller('test/things')
@Public()
@Throws(NotFound)
class ThingsController {
  @Get(':id')
  @ApiOkResponse({ type: ById })
  @Throws(LengthRequired)
  @Throws(Conflict)
  read(@Param() { id }: ById): ById {
    return { id };
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

describe('the document of a route', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await TestApp.start({ modules: [ThingsModule] });
  });

  it('has every error that the route, its decorators and its controller name', () => {
    const operation = test.contract.document.paths['/v1/test/things/{id}']?.get;
    expect(operation).toMatchObject({ 'x-errors': ['CONFLICT', 'LENGTH_REQUIRED', 'NOT_FOUND'] });
    for (const [status, code] of Object.entries({ 404: 'NOT_FOUND', 409: 'CONFLICT', 411: 'LENGTH_REQUIRED' })) {
      expect(operation?.responses[status]).toMatchObject({ description: code });
    }
    expect(JSON.stringify(operation)).not.toContain('x-throws');
  });

  it('says what its path holds, and nothing else gets through', async () => {
    const operation = test.contract.document.paths['/v1/test/things/{id}']?.get;
    const schema = { type: 'string', format: 'uuid', maxLength: 36 };
    expect(operation?.parameters).toMatchObject([{ in: 'path', name: 'id', required: true, schema }]);
    const refused = { status: 400, body: { errors: [{ pointer: '#/id' }] } };
    expect(await test.api.get('/v1/test/things/1')).toMatchObject(refused);
    const id = '01890000-0000-7000-8000-000000000001';
    expect(await test.api.get(`/v1/test/things/${id}`)).toMatchObject({ status: 200, body: { id } });
  });
});
