import { Injectable } from '@nestjs/common';
import { IsInt } from 'class-validator';
import { Outbound } from '../../src/core/outbound/outbound.js';

class Postage {
  @IsInt() cents: number;
}

export const post = { url: 'https://post.example.org/v2' }; // yours comes from a namespace of configuration

@Injectable()
export class PostOffice {
  private readonly post;
  constructor(outbound: Outbound) {
    this.post = outbound.upstream('example-post', { url: post.url, timeoutMs: 2_000 });
  }
  async postageTo(country: string): Promise<Postage> {
    const answer = await this.post.request({ method: 'GET', path: '/postage/:country', params: { country } });
    return answer.demandOk().json(Postage);
  }
}
