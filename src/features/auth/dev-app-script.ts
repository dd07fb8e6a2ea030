import { PAGE_SCRIPT } from '../../core/http/page-script.js';

/**
 * What runs in the pages of development: each form is one call of the API, its address and what it says afterwards stand
 * in its `data-…`. The token of a link leaves the address bar at once; who is signed in is known to this tab only.
 */
export const SCRIPT = `${PAGE_SCRIPT}
const token = new URLSearchParams(location.hash.slice(1)).get('token');
history.replaceState(null, '', location.pathname);

const refusal = ({ detail = 'It did not work.', errors = [] }) =>
  [detail, ...errors.map((error) => error.pointer + ' ' + error.detail)].join(' ');

const showWho = async () => {
  const known = sessionStorage.getItem('accessToken') && (await call('GET', '/v1/users/me'));
  if (!known?.ok) sessionStorage.removeItem('accessToken');
  at('who').textContent = known?.ok
    ? 'Signed in as ' + known.said.email + (known.said.emailVerified ? ', verified' : ', not verified')
    : 'Not signed in';
};

const submit = async (form) => {
  const { method, organization, withToken, signsOut, done } = form.dataset;
  let { path } = form.dataset;
  if (organization) {
    const { said } = await call('GET', '/v1/organizations');
    path = path.replace('{id}', said.data?.[0]?.id);
  }
  const fields = { ...Object.fromEntries(new FormData(form)), ...(withToken && { token: token ?? '' }) };
  const { ok, said } = await call(method, path, Object.keys(fields).length ? fields : undefined);
  if (ok && said.accessToken) sessionStorage.setItem('accessToken', said.accessToken);
  if (ok && signsOut) sessionStorage.removeItem('accessToken');
  form.querySelector('output').textContent = ok ? done : refusal(said);
  await showWho();
};

for (const form of document.forms) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit(form).catch((error) => (form.querySelector('output').textContent = String(error)));
  });
}
showWho();
`;
