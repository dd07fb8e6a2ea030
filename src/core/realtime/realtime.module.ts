import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { httpConfig } from '../http/http.config.js';
import { throttlingConfig } from '../throttling/throttling.config.js';
import { Admission } from './admission.js';
import { Entry } from './entry.js';
import { EventLimitGuard, EventLimits } from './event-limits.js';
import { LiveGateway } from './live.gateway.js';
import { LiveRooms } from './live-rooms.js';
import { Namespaces } from './namespaces.js';
import { realtimeConfig } from './realtime.config.js';
import { Rooms } from './rooms.js';
import { SocketContexts } from './socket-contexts.js';
import { SocketEvents } from './socket-events.js';
import { SocketProblems } from './socket-problems.js';
import { Sockets } from './sockets.js';

@Global()
@Module({
  imports: [
    ConfigModule.forFeature(httpConfig),
    ConfigModule.forFeature(realtimeConfig),
    ConfigModule.forFeature(throttlingConfig),
  ],
  providers: [
    Admission,
    Entry,
    EventLimitGuard,
    EventLimits,
    LiveGateway,
    LiveRooms,
    Namespaces,
    Rooms,
    SocketContexts,
    SocketEvents,
    SocketProblems,
    Sockets,
  ],
  exports: [EventLimitGuard, LiveRooms, Rooms],
})
export class RealtimeModule {}
