/** Settings of every test application: real rules, secrets made for tests. */
export const TEST_ENVIRONMENT = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'silent',
  JWT_ACCESS_SECRET: 'abcdefghijklmnopqrstuvwxyz-0123456789-access',
  CURSOR_SIGNING_KEY: 'abcdefghijklmnopqrstuvwxyz-0123456789-cursor',
  ENCRYPTION_KEY: '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
  API_KEY_PEPPER: 'ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100',
  DB_POOL_MAX: '10',
  // The client of the tests says for each request that it comes from somewhere else.
  TRUST_PROXY: '1',
  RATE_LIMIT_PER_PRINCIPAL: '1000000',
} as const;

export type Environment = Record<string, string | undefined>;

/** Runs `work` with these variables set, and puts back what was there. */
export async function withEnvironment<T>(variables: Environment, work: () => Promise<T>): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  assign(Object.entries(variables));
  try {
    return await work();
  } finally {
    assign(before);
  }
}

function assign(variables: readonly (readonly [string, string | undefined])[]): void {
  for (const [name, value] of variables) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
