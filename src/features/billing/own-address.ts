import type { AddressInfo, Server } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { httpConfig, type HttpConfig } from '../../core/http/http.config.js';

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]', '::1': '[::1]' };

/** Where this process answers, as itself and browsers on this machine reach it. */
@Injectable()
export class OwnAddress {
  constructor(
    @Inject(httpConfig.KEY) private readonly config: HttpConfig,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Such as `http://127.0.0.1:3000`. */
  get origin(): string {
    const { address, port } = this.listening;
    return `http://${LOOPBACK[address] ?? address}:${port}`;
  }

  /** The name that the links of mails have in development: sessions of its pages belong to it. */
  get pages(): string {
    const { hostname } = new URL(this.origin);
    const isLoopback = hostname === '127.0.0.1' || hostname === '[::1]';
    return isLoopback ? `http://localhost:${this.listening.port}` : this.origin;
  }

  /** What was asked of the system may be another port than that of the settings. */
  private get listening(): Pick<AddressInfo, 'address' | 'port'> {
    const address = (this.host.httpAdapter.getHttpServer() as Server).address();
    if (address !== null && typeof address === 'object') return address;
    return { address: this.config.host, port: this.config.port };
  }
}
