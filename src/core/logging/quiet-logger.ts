import { Injectable } from '@nestjs/common';
import { Logger } from 'nestjs-pino';

const CHATTY = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication']);

/** Nest tells of every module and route it loads: that is for LOG_LEVEL=debug. */
@Injectable()
export class QuietLogger extends Logger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (CHATTY.has(String(rest.at(-1)))) super.debug(message, ...(rest as []));
    else super.log(message, ...(rest as []));
  }
}
