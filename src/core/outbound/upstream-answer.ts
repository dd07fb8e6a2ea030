import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { UpstreamFailed } from './outbound.errors.js';

type Headers = Readonly<Record<string, string | string[] | undefined>>;
type Class<T> = new () => T;

/** What an upstream answered, whole: a success, or a refusal (4xx) that its caller knows what to do with. */
export class UpstreamAnswer {
  constructor(
    readonly status: number,
    /** By their names in lower case */
    readonly headers: Headers,
    readonly bytes: Buffer,
  ) {}

  /** Whether it is a success (2xx). */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }

  /** For who has no use for a refusal. @throws {UpstreamFailed} if it is not a success */
  demandOk(): this {
    if (!this.ok) throw new UpstreamFailed(new Error(`The upstream refused: ${this.status}.`));
    return this;
  }

  /** The body as an instance of a DTO class; fields that the class does not know are left out. @throws {UpstreamFailed} */
  async json<T extends object>(type: Class<T>): Promise<T> {
    return check(type, this.parse());
  }

  /** The same for a list. @throws {UpstreamFailed} */
  async list<T extends object>(type: Class<T>): Promise<T[]> {
    const values = this.parse();
    if (!Array.isArray(values)) throw unexpected('no list');
    return Promise.all(values.map((value) => check(type, value)));
  }

  private parse(): unknown {
    try {
      return JSON.parse(this.text);
    } catch {
      // The parser's own words would quote the body.
      throw unexpected('no JSON');
    }
  }
}

async function check<T extends object>(type: Class<T>, value: unknown): Promise<T> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected('no object');
  const instance = plainToInstance(type, value);
  const faults = await validate(instance, { whitelist: true, forbidUnknownValues: true });
  if (faults.length > 0) throw unexpected(faults.map(pathOf).join(', '));
  return instance;
}

function pathOf({ property, children = [] }: ValidationError): string {
  return children.length > 0 ? `${property}.${children.map(pathOf).join('|')}` : property;
}

function unexpected(what: string): UpstreamFailed {
  return new UpstreamFailed(new Error(`The upstream's answer is not what was expected: ${what.slice(0, 200)}.`));
}
