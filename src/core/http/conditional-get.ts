import { createHash } from 'node:crypto';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  HttpStatus,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';

/**
 * For what clients ask again and again: the answer has an `ETag`, and who sends it back as `If-None-Match` gets 304 and no
 * body while nothing has changed.
 */
export const ConditionalGet = () =>
  applyDecorators(
    UseInterceptors(EntityTags),
    ApiResponse({
      status: HttpStatus.NOT_MODIFIED,
      description: 'Nothing has changed since the ETag in If-None-Match',
    }),
  );

@Injectable()
class EntityTags implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    return next.handle().pipe(map((view: unknown) => this.tag(view, http.getRequest(), http.getResponse())));
  }

  private tag(view: unknown, { headers }: FastifyRequest, reply: FastifyReply): unknown {
    const tag = createHash('sha256').update(JSON.stringify(view)).digest('base64url').slice(0, 27);
    // Weak, because compression changes the bytes.
    void reply.header('etag', `W/"${tag}"`);
    const known = headers['if-none-match']?.split(',').some((one) => one.includes(`"${tag}"`) || one.trim() === '*');
    if (!known) return view;
    void reply.status(HttpStatus.NOT_MODIFIED);
    return undefined;
  }
}
