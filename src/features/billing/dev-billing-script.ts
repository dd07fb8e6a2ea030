import { PAGE_SCRIPT } from '../../core/http/page-script.js';

/**
 * What runs in `/dev/billing`. It uses the access token that the page of accounts keeps in this tab; without one it signs
 * in as the person of the demo data, and where that fails it asks.
 */
export const BILLING_SCRIPT = `${PAGE_SCRIPT}
const DEMO = { email: 'demo@aerie.example', password: 'aerie-demo-account' };
const REFRESH_MS = 3000;
const forms = [at('sign-in'), at('use-token')];

const price = ({ amount, currency }) => {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
};

const row = (...cells) => {
  const tr = document.createElement('tr');
  for (const cell of cells) tr.insertCell().append(cell);
  return tr;
};

const button = (label, press) => {
  const made = Object.assign(document.createElement('button'), { textContent: label });
  made.addEventListener('click', () => {
    made.disabled = true;
    press().catch(tell).finally(() => (made.disabled = false));
  });
  return made;
};

const buy = async ({ name: pack }) => {
  const key = { 'idempotency-key': crypto.randomUUID() };
  const { checkoutUrl } = must(await call('POST', '/v1/billing/credits/checkout', { pack }, key));
  location.assign(checkoutUrl);
};

const signIn = async (person) => {
  const { status, ok, said } = await call('POST', '/v1/auth/login', person);
  if (ok) sessionStorage.setItem('accessToken', said.accessToken);
  return status;
};

const ask = (status) => {
  at('account').hidden = true;
  at('use-token').hidden = false;
  at('sign-in').hidden = status === 404;
  at('who').textContent = status === 404 ? 'This page needs an access token.' : 'Not signed in';
};

const showPacks = async () => {
  const { packs } = must(await call('GET', '/v1/billing/credits/packs'));
  at('packs').replaceChildren(
    ...packs.map((pack) => row(pack.name, pack.credits + ' credits', price(pack), button('Buy', () => buy(pack)))),
  );
};

const showAccount = async () => {
  const credits = await call('GET', '/v1/billing/credits');
  if (credits.status === 401) {
    sessionStorage.removeItem('accessToken');
    return credits.status;
  }
  if (!credits.ok) throw credits.said;
  const { data } = must(await call('GET', '/v1/billing/credits/entries?limit=10'));
  at('balance').textContent = credits.said.balance;
  at('entries').replaceChildren(
    ...data.map((entry) => row(entry.at, entry.reason, String(entry.amount), String(entry.balanceAfter))),
  );
  return credits.status;
};

const begin = async () => {
  at('fault').textContent = '';
  if ((await showAccount()) === 401) {
    const status = await signIn(DEMO);
    if (status !== 200) return ask(status);
    await showAccount();
  }
  await showPacks();
  for (const form of forms) form.hidden = true;
  at('who').textContent = 'Signed in';
  at('account').hidden = false;
};

at('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  signIn(Object.fromEntries(new FormData(event.target)))
    .then((status) => (status === 200 ? begin() : tell('That is nobody here.')))
    .catch(tell);
});
at('use-token').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem('accessToken', new FormData(event.target).get('token'));
  begin().catch(tell);
});
setInterval(() => at('account').hidden || showAccount().catch(tell), REFRESH_MS);
begin().catch(tell);
`;
