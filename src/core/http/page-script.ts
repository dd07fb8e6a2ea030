/**
 * What the script of a page begins with that calls the API: by `call` as whoever is signed in within this tab, or as nobody
 * with `null` for an access token. `tell` shows a problem in the element `fault`.
 */
export const PAGE_SCRIPT = `'use strict';
const at = (id) => document.getElementById(id);
const tell = (problem) => (at('fault').textContent = problem.detail ?? String(problem));

const call = async (method, path, body, more, access = sessionStorage.getItem('accessToken')) => {
  const headers = {
    ...(body && { 'content-type': 'application/json' }),
    ...(access && { authorization: 'Bearer ' + access }),
    ...more,
  };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, ok: answer.ok, said: text ? JSON.parse(text) : {} };
};

const must = ({ ok, said }) => {
  if (!ok) throw said;
  return said;
};
`;
