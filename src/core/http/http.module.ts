import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { ProblemFilter } from '../errors/problem.filter.js';
import { Arrival } from './arrival.js';
import { httpConfig } from './http.config.js';
import { InputPipe } from './input.pipe.js';
import { RouteMetadata } from './route-metadata.js';
import { RunningRequests } from './running-requests.js';

@Global()
@Module({
  imports: [ConfigModule.forFeature(httpConfig)],
  providers: [
    Arrival,
    ProblemFilter,
    RouteMetadata,
    RunningRequests,
    { provide: APP_FILTER, useExisting: ProblemFilter },
    { provide: APP_PIPE, useClass: InputPipe },
  ],
  exports: [RouteMetadata],
})
export class HttpModule {}
