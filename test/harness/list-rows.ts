import type { ApiClient } from './api-client.js';
import { addRows, statementsOfFiles } from './row-files.js';
import { sampleOf } from './samples.js';
import type { Route } from './schemas.js';
import { GIVE, type Owner, told, type ValidRequests } from './valid-requests.js';

/** A list with rows of somebody who asks for it. */
export interface FilledList {
  readonly api: ApiClient;
  /** Where it is read, with what must be said and with this */
  readonly url: (query: Record<string, string>) => string;
}

/**
 * Fills lists: with a file `*.rows.sql` beside their service, or by asking for each row with POST. Such a file is a
 * comment with the route, and a statement that adds `:count` rows for the actor (`:userId`, `:organizationId`) and
 * returns the parameters of the route, if it has any.
 */
export class ListRows {
  private readonly statements: ReadonlyMap<string, string>;

  constructor(
    private readonly databaseUrl: string,
    private readonly requests: ValidRequests,
    more: Readonly<Record<string, string>> = {},
  ) {
    this.statements = new Map([...statementsOfFiles(), ...Object.entries(more)]);
  }

  /** Gives somebody new this many rows of a list. */
  async fill(route: Route, count: number): Promise<FilledList> {
    const owner = await this.requests.owner(route);
    const statement = this.statements.get(route.name);
    const known =
      statement === undefined
        ? await this.ask(route, owner, count)
        : await addRows(this.databaseUrl, statement, owner.actor, count);
    const path = route.path.replace(/\{(\w+)\}/g, (_match, name: string) => String(known[name]));
    const needed = route.parameters.filter((one) => one.in === 'query' && one.required);
    const said = Object.fromEntries(needed.map(({ name, schema }) => [name, String(known[name] ?? sampleOf(schema))]));
    return { api: owner.api, url: (query) => `${path}?${new URLSearchParams({ ...said, ...query }).toString()}` };
  }

  /** @returns the parameters of the list that the rows are in */
  private async ask(list: Route, owner: Owner, count: number): Promise<Record<string, string>> {
    const post = this.requests.routes.find((route) => route.method === 'POST' && route.path === list.path);
    if (post === undefined) throw new Error('nothing says how to fill it: a file *.rows.sql beside its service does');
    const { params } = await this.requests.make(list, owner);
    for (let row = 0; row < count; row++) {
      const answer = await this.requests.send(owner.api, await this.requests.make(post, owner, 'usual', params));
      if (answer.status >= 400) throw new Error(`it needs ${post.name}, which ${told(answer)}: ${GIVE}`);
    }
    return params;
  }
}
