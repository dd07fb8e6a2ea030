import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Cursors } from './cursors.js';
import { Pages } from './pages.js';
import { paginationConfig } from './pagination.config.js';

@Global()
@Module({
  imports: [ConfigModule.forFeature(paginationConfig)],
  providers: [Cursors, Pages],
  exports: [Pages, Cursors],
})
export class PaginationModule {}
