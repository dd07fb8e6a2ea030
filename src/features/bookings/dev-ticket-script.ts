import { PAGE_SCRIPT } from '../../core/http/page-script.js';

/**
 * What runs in `/dev/app/ticket`, where mails lead in development. The fragment says which booking it is, and the access
 * token is the one that the page of accounts keeps in this tab; without one it asks.
 */
export const TICKET_SCRIPT = `${PAGE_SCRIPT}
const id = new URLSearchParams(location.hash.slice(1)).get('token');

const timeOf = ({ startsAt, timezone }) =>
  new Date(startsAt).toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: timezone });

const show = ({ svg, event, seats }) => {
  at('title').textContent = event.title;
  at('place').textContent = event.venue + ', ' + timeOf(event) + ' (' + event.timezone + ')';
  at('seats').textContent = seats.map(({ name, label }) => name + (label === null ? '' : ' ' + label)).join(', ');
  // Parsed as a picture, and not as a page.
  at('code').replaceChildren(new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement);
};

const begin = async () => {
  at('fault').textContent = '';
  const { status, said } = await call('GET', '/v1/bookings/' + encodeURIComponent(id) + '/ticket');
  at('sign-in').hidden = status !== 401 && status !== 404;
  at('ticket').hidden = status !== 200;
  if (status === 200) show(said);
  else if (status !== 401) tell(said);
};

at('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  call('POST', '/v1/auth/login', Object.fromEntries(new FormData(event.target)))
    .then(({ status, said }) => {
      if (status !== 200) return tell(said);
      sessionStorage.setItem('accessToken', said.accessToken);
      return begin();
    })
    .catch(tell);
});
begin().catch(tell);
`;
