import { Inject, Injectable } from '@nestjs/common';
import { httpConfig, type HttpConfig } from '../http/http.config.js';

/** Links in mails: they lead to pages of the web application (APP_URL), which then calls the API. */
@Injectable()
export class AppLinks {
  constructor(@Inject(httpConfig.KEY) private readonly config: HttpConfig) {}

  /**
   * @param page its path in the web application, such as `verify-email`
   * @param token goes into the fragment, which browsers send to no server and no other site
   */
  to(page: string, token: string): string {
    return `${this.config.appUrl}/${page}#token=${token}`;
  }
}
