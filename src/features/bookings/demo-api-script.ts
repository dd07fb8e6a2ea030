/**
 * How the page at `/demo` speaks to the API. It holds seats as whoever the page of accounts has signed in within this tab, or
 * else as the person of the demo data; where there is neither it asks.
 */
export const API_SCRIPT = `'use strict';
const DEMO = { email: 'demo@aerie.example', password: 'aerie-demo-account' };
const at = (id) => document.getElementById(id);

const say = (text) => {
  at('fault').textContent = '';
  at('said').textContent = text;
};

const tell = (problem) => (at('fault').textContent = problem.detail ?? String(problem));

const send = async (method, path, body, more) => {
  const headers = { ...(body && { 'content-type': 'application/json' }), ...more };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, ok: answer.ok, said: text ? JSON.parse(text) : {} };
};

const must = ({ ok, said }) => {
  if (!ok) throw said;
  return said;
};

// What everybody may see is asked for as nobody, and so uses up no quota of whoever is signed in.
const read = async (path) => must(await send('GET', path));

const signIn = async (person) => {
  const { status, ok, said } = await send('POST', '/v1/auth/login', person);
  if (ok) sessionStorage.setItem('accessToken', said.accessToken);
  return status;
};

const token = async () => {
  if (sessionStorage.getItem('accessToken') === null) {
    const status = await signIn(DEMO);
    at('sign-in').hidden = status === 200 || status === 404;
    at('use-token').hidden = status === 200;
    if (status !== 200) throw { detail: 'You may watch. To hold seats, say who you are.' };
  }
  return sessionStorage.getItem('accessToken');
};

const asMe = async (method, path, body, headers, isLast = false) => {
  const authorization = 'Bearer ' + (await token());
  const answer = await send(method, path, body, { ...headers, authorization });
  if (answer.status !== 401 || isLast) return must(answer);
  sessionStorage.removeItem('accessToken');
  return asMe(method, path, body, headers, true);
};
`;
