/** The files of a feature, by what they are called without the name of the feature. */
type File = 'controller' | 'service' | 'dto' | 'entity' | 'errors' | 'config' | 'migration';

/** A mistake that somebody makes in the feature `crates`, fresh from the generator. */
export interface Fault {
  /** Each text once, and what stands there instead */
  readonly edits: Partial<Record<File, readonly (readonly [from: string, to: string])[]>>;
  /** What is said of it; `crate` is replaced by the name that the faulty feature has */
  readonly says: RegExp;
}

const PUBLISH = 'await this.events.publish(tx, actor, crateCreated, view);';
const FIRST_IMPORT = "import { Inject, Injectable } from '@nestjs/common';";
const LOCK = "await tx.query('SELECT FROM organizations WHERE id = $1 FOR NO KEY UPDATE', [actor.organizationId]);";
const GET = 'return this.read(this.dataSource.manager, actor, id);';
const ONCE = "return this.idempotency.once({ actor, operation: 'crates.create', key, request }, async (tx) => {";
const ROOM = 'await this.makeRoom(tx, actor);';
const CRATES = 'DROP TABLE crates';
const TABLE_END = "CONSTRAINT crates_name_check CHECK (name <> '')";
const LIST = `list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<CratePage> {
    return this.crates.list(actor, query);`;
const listWithout = (parameter: string, given: string) =>
  [
    [LIST, LIST.replace('query: PageQuery', 'query: CrateQuery').replace(', query)', `, { ${given}...query })`)],
    ["import { ApiTags } from '@nestjs/swagger';", "import { ApiTags, OmitType } from '@nestjs/swagger';"],
    [
      "@ApiTags('crates')",
      `class CrateQuery extends OmitType(PageQuery, ['${parameter}'] as const) {}\n\n@ApiTags('crates')`,
    ],
  ] as const;

/** What lint says, of the very file. */
export const LINTED = {
  floating: {
    edits: { service: [[PUBLISH, PUBLISH.replace('await ', '')]] },
    says: /crates\.service\.ts: @typescript-eslint\/no-floating-promises/,
  },
  interpolated: {
    edits: { service: [[LOCK, "await tx.query(`SELECT FROM organizations WHERE id = '${actor.organizationId}'`);"]] },
    says: /crates\.service\.ts: no-restricted-syntax: SQL is never put together from values/,
  },
  fetched: {
    edits: { service: [[ROOM, `${ROOM}\n      await fetch('https://example.org');`]] },
    says: /crates\.service\.ts: no-restricted-globals/,
  },
  environment: {
    edits: { service: [[ROOM, `${ROOM}\n      if (process.env.FULL) throw new CrateLimitReached();`]] },
    says: /crates\.service\.ts: no-restricted-syntax: Configuration is read through a typed namespace/,
  },
  unscoped: {
    edits: { service: [[GET, 'return this.dataSource.manager.findOneByOrFail(Crate, { id }).then(toCrateView);']] },
    says: /crates\.service\.ts: aerie\/tenant-entities/,
  },
  undocumented: {
    edits: { controller: [['@Throws(CrateNameTaken, CrateLimitReached)', '@Throws(CrateNameTaken)']] },
    says: /crates\.controller\.ts: aerie\/documented-errors: .*CRATE_LIMIT_REACHED/,
  },
  nullable: {
    edits: {
      dto: [
        ['import { IsString, Length, MaxLength } from', 'import { IsOptional, IsString, Length, MaxLength } from'],
        [
          '  @IfPresent()\n  @IsString()\n  @MaxLength(500)\n  note?: string;\n}\n\nexport class Update',
          '  @IsOptional()\n  @IsString()\n  @MaxLength(500)\n  note?: string;\n}\n\nexport class Update',
        ],
      ],
    },
    says: /crate\.dto\.ts: .*IsOptional/,
  },
  neighbour: {
    edits: {
      service: [
        [FIRST_IMPORT, `${FIRST_IMPORT}\nimport { ZeppelinsService } from '../zeppelins/zeppelins.service.js';`],
        [GET, `void ZeppelinsService;\n    ${GET}`],
      ],
    },
    says: /crates\.service\.ts: boundaries\/dependencies/,
  },
  printed: {
    edits: { service: [[ROOM, `${ROOM}\n      console.log(request);`]] },
    says: /crates\.service\.ts: no-console/,
  },
  cast: {
    edits: { service: [[ROOM, `${ROOM}\n      (request as any).note ??= '';`]] },
    says: /crates\.service\.ts: @typescript-eslint\/no-explicit-any/,
  },
  blocking: {
    edits: {
      service: [
        [FIRST_IMPORT, `import { readFileSync } from 'node:fs';\n${FIRST_IMPORT}`],
        [ROOM, `${ROOM}\n      readFileSync('package.json');`],
      ],
    },
    says: /crates\.service\.ts: no-restricted-syntax: Nothing waits for a disk/,
  },
} as const satisfies Record<string, Fault>;

/** What the crawls say, of all routes, tables and settings. */
export const CRAWLED = {
  unguarded: {
    edits: { controller: [["@RequiresRole('viewer')\nexport", 'export']] },
    says: /GET \/v1\/crates: says of nobody that they may call it: add @RequiresRole/,
  },
  limitless: {
    edits: { controller: listWithout('limit', 'limit: 50, ') },
    says: /GET \/v1\/crates: takes no limit from 1 to 100/,
  },
  cursorless: {
    edits: { controller: listWithout('cursor', '') },
    says: /GET \/v1\/crates: takes no cursor/,
  },
  bodyless: {
    edits: {
      controller: [['@Body() request: UpdateCrate', '@Body() request: object']],
    },
    says: /CratesController\.update: body is no DTO/,
  },
  pathless: {
    edits: {
      controller: [
        [
          'get(@CurrentActor() actor: Actor, @Param() { id }: ById)',
          "get(@CurrentActor() actor: Actor, @Param('id') id: string)",
        ],
      ],
    },
    says: /GET \/v1\/crates\/\{id\}: answers 500/,
  },
  endless: {
    edits: {
      dto: [
        [
          '  @IsString()\n  @MaxLength(500)\n  note?: string;\n}\n\nexport class Update',
          '  @IsString()\n  note?: string;\n}\n\nexport class Update',
        ],
      ],
    },
    says: /POST \/v1\/crates: body\.note has no bounds/,
  },
  narrow: {
    edits: { migration: [['note varchar(500)', 'note varchar(100)']], entity: [['length: 500', 'length: 100']] },
    says: /POST \/v1\/crates: answers 400 VALIDATION_FAILED .* to the most that its schema allows/,
  },
  orderless: {
    edits: {
      migration: [
        ['CREATE INDEX crates_organization_id_created_at_id_idx ON crates (organization_id, created_at, id);', ''],
      ],
      entity: [["@Index('crates_organization_id_created_at_id_idx', ['organizationId', 'createdAt', 'id'])\n", '']],
    },
    says: /GET \/v1\/crates: its page needs .*: add an index/,
  },
  keyless: {
    edits: {
      migration: [[TABLE_END, `user_id uuid REFERENCES users (id),\n        ${TABLE_END}`]],
    },
    says: /crates \(user_id\): a foreign key without an index/,
  },
  chatty: {
    edits: {
      service: [
        [
          'return { data: data.map(toCrateView), page };',
          'return { data: await Promise.all(data.map(({ id }) => this.get(actor, id))), page };',
        ],
      ],
    },
    // What else a busy application does on the connections of the request is counted too.
    says: /GET \/v1\/crates: takes 3 statements for 1 row and 1\d\d for 100/,
  },
  leaky: {
    edits: {
      service: [
        [
          GET,
          `return this.dataSource
      .query<Crate[]>(
        \`SELECT id, name, note, created_at AS "createdAt", updated_at AS "updatedAt" FROM crates
          WHERE id = $1 AND organization_id IS NOT NULL\`,
        [id],
      )
      .then(([found]) => toCrateView(found!));`,
        ],
      ],
    },
    says: /GET \/v1\/crates\/\{id\}: answers 200 to another organization, which must be 404/,
  },
  drifting: {
    edits: { entity: [['length: 500', 'length: 501']] },
    says: /no migration does what the entities say: ALTER TABLE \W+crates\W+ .*\W+note\W/,
  },
  oneway: {
    edits: { migration: [[`await queryRunner.query('${CRATES}');`, 'await queryRunner.query(`SELECT`);']] },
    says: /CratesCreateCrates\d+: down\(\) leaves or loses .*table crates/,
  },
  hasty: {
    edits: {
      errors: [["@Violates('crates_organization_id_name_key')\n", '']],
      service: [
        [
          ROOM,
          'if (await scope(tx, actor).of(Crate).findOne({ where: { name: request.name } })) throw new CrateNameTaken();',
        ],
        [
          "import { CrateLimitReached } from './crate.errors.js';",
          "import { CrateLimitReached, CrateNameTaken } from './crate.errors.js';",
        ],
      ],
    },
    says: /POST \/v1\/crates: answers 409 CONFLICT to twins that come together/,
  },
  boundless: {
    edits: {
      migration: [['note varchar(500) NOT NULL', 'note text NOT NULL']],
      entity: [["@Column('varchar', { length: 500, default: '' })", "@Column('text', { default: '' })"]],
    },
    says: /crates\.note: text without an end/,
  },
  forgetful: {
    edits: { service: [[ONCE, 'return this.transactions.run(async (tx) => {']] },
    says: /POST \/v1\/crates: does again what is asked for again with the same key/,
  },
  lying: {
    edits: { service: [[GET, `return ${GET.slice(7, -1)}.then((view) => ({ ...view, note: null as never }));`]] },
    says: /GET \/v1\/crates\/\{id\}: .*a body that its schema does not allow: body\/note/,
  },
  crossing: {
    edits: {
      migration: [
        [
          TABLE_END,
          `parent_id uuid,\n        CONSTRAINT crates_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES crates (id),\n        ${TABLE_END}`,
        ],
      ],
    },
    says: /crates_parent_id_fkey: a row may point at another organization's/,
  },
  asking: {
    edits: {
      dto: [
        [
          'export class UpdateCrate {',
          'export class UpdateCrate {\n  @IfPresent()\n  @IsString()\n  @MaxLength(36)\n  organizationId?: string;\n',
        ],
      ],
      service: [['update({ id }, request)', 'update({ id }, { name: request.name })']],
    },
    says: /PATCH \/v1\/crates\/\{id\}: asks which organization it is about/,
  },
  versionless: {
    edits: {
      controller: [
        ["@Controller('crates')", "@Controller({ path: 'crates', version: VERSION_NEUTRAL })"],
        ['Post, Query } from', 'Post, Query, VERSION_NEUTRAL } from'],
      ],
    },
    says: /GET \/crates has no version/,
  },
  unmentioned: {
    edits: {
      errors: [
        [
          'export class CrateLimitReached',
          "export class CrateBroken extends defineError('conflict', 'CRATE_BROKEN') {}\n\nexport class CrateLimitReached",
        ],
      ],
    },
    says: /CRATE_BROKEN: no route documents it/,
  },
} as const satisfies Record<string, Fault>;

/** What keeps the application from being built or started, or its lists from being true: the first step says so. */
export const REFUSED = {
  defaulted: {
    edits: {
      config: [
        [
          'perOrganization: env(',
          "seal: secretEnv('CRATE_SEAL_SECRET', signingSecret().default('not-a-secret'), 'Seals crates'),\n  perOrganization: env(",
        ],
        ['import { integer }', 'import { integer, signingSecret }'],
        ['import { env }', 'import { env, secretEnv }'],
      ],
    },
    says: /CRATE_SEAL_SECRET .*default/,
  },
  unsecret: {
    edits: {
      config: [
        [
          'perOrganization: env(',
          "seal: env('CRATE_API_KEY', integer(1, 9), 'Opens crates'),\n  perOrganization: env(",
        ],
      ],
    },
    says: /CRATE_API_KEY looks like a secret/,
  },
  unexplained: {
    edits: {
      config: [
        [
          'perOrganization: env(',
          "most: env('CRATES_MOST', integer(1, 9).default(1), 'Most of them'),\n  perOrganization: env(",
        ],
      ],
    },
    says: /not in step with the code: .*\.env\.example.*npm run sync/,
  },
  opened: {
    edits: { controller: [["@Get(':id')\n", "@Get(':id')\n  @RequiresRole('member')\n"]] },
    says: /not in step with the code: .*docs\/routes\.md.*npm run sync/,
  },
  mistyped: {
    edits: { service: [[ROOM, `${ROOM}\n      if (actor.isSuperuser) throw new CrateLimitReached();`]] },
    says: /Property 'isSuperuser' does not exist on type 'Actor'/,
  },
} as const satisfies Record<string, Fault>;

/** What keeps the application from starting: every test of it says so. */
export const UNSTARTABLE = {
  doubled: {
    edits: {
      controller: [
        [
          '  /** One crate */',
          `  /** The same, by another name */
  @Get(':key')
  @Throws(NotFound)
  twin(@CurrentActor() actor: Actor, @Param() { id }: ById): Promise<CrateView> {
    return this.crates.get(actor, id);
  }

  /** One crate */`,
        ],
      ],
    },
    says: /GET \/v1\/crates\/:id is answered by CratesController\.twin and by CratesController\.get/,
  },
} as const satisfies Record<string, Fault>;
