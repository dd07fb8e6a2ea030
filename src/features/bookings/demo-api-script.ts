import { PAGE_SCRIPT } from '../../core/http/page-script.js';

/**
 * How the page at `/demo` speaks to the API. It holds seats as whoever the page of accounts has signed in within this tab, or
 * else as the person of the demo data; where there is neither it asks.
 */
export const API_SCRIPT = `${PAGE_SCRIPT}
const DEMO = { email: 'demo@aerie.example', password: 'aerie-demo-account' };

const say = (text) => {
  at('fault').textContent = '';
  at('said').textContent = text;
};

// What everybody may see is asked for as nobody, and so uses up no quota of whoever is signed in.
const read = async (path) => must(await call('GET', path, undefined, undefined, null));

const signIn = async (person) => {
  const { status, ok, said } = await call('POST', '/v1/auth/login', person);
  if (ok) sessionStorage.setItem('accessToken', said.accessToken);
  return status;
};

const beSomebody = async () => {
  if (sessionStorage.getItem('accessToken') === null) {
    const status = await signIn(DEMO);
    at('sign-in').hidden = status === 200 || status === 404;
    at('use-token').hidden = status === 200;
    if (status !== 200) throw { detail: 'You may watch. To hold seats, say who you are.' };
  }
};

const asMe = async (method, path, body, headers, isLast = false) => {
  await beSomebody();
  const answer = await call(method, path, body, headers);
  if (answer.status !== 401 || isLast) return must(answer);
  sessionStorage.removeItem('accessToken');
  return asMe(method, path, body, headers, true);
};
`;
