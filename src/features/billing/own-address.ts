import type { AddressInfo, Server } from 'node:net';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

const REACHABLE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]', '::1': '[::1]' };

/** Where this process answers, as itself and browsers on this machine reach it. @throws as long as its port is not open */
@Injectable()
export class OwnAddress {
  constructor(private readonly host: HttpAdapterHost) {}

  /** Such as `http://127.0.0.1:3000`. */
  get origin(): string {
    const { address, port } = this.listening;
    return `http://${REACHABLE[address] ?? address}:${port}`;
  }

  /** What was asked of the system may be another port than that of the settings. */
  private get listening(): AddressInfo {
    const address = (this.host.httpAdapter.getHttpServer() as Server).address();
    if (address === null || typeof address === 'string') throw new Error('The port is not open yet.');
    return address;
  }
}
