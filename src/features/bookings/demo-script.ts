import { API_SCRIPT } from './demo-api-script.js';
import { BASKET_SCRIPT } from './demo-basket-script.js';
import { ITEMS_SCRIPT } from './demo-items-script.js';
import { LIVE_SCRIPT } from './demo-live-script.js';
import { MAP_SCRIPT } from './demo-map-script.js';

const BEGIN_SCRIPT = `
// The event that is shown, as the API tells it.
let sale;

const find = async () => {
  const { data } = await read('/v1/events?limit=10');
  const id = new URLSearchParams(location.search).get('event') ?? data[0]?.id;
  if (id === undefined) throw { detail: 'Nothing is on sale. What is published at POST /v1/events shows up here.' };
  const others = data.filter((one) => one.id !== id);
  at('others').replaceChildren(
    ...others.map((one) => make('a', { href: '?event=' + one.id, textContent: one.title })),
  );
  return read('/v1/events/' + id);
};

const showSale = ({ title, venue, startsAt, timezone, seatTypes }) => {
  const options = { dateStyle: 'full', timeStyle: 'short', timeZone: timezone };
  const when = new Intl.DateTimeFormat('en', options).format(new Date(startsAt));
  at('title').textContent = document.title = title;
  at('about').textContent = venue + ', ' + when;
  at('map').replaceChildren(...seatTypes.map(sectionOf));
  at('sale').hidden = false;
  say('Press a seat to hold it, and watch what a second window makes of it.');
};

const enter = async () => {
  await readMine();
  for (const id of ['sign-in', 'use-token']) at(id).hidden = true;
  at('fault').textContent = '';
};

// Another window of the same person may have booked something, or given it back.
addEventListener('focus', () => sessionStorage.getItem('accessToken') && readMine().catch(tell));

const onSubmit = (id, work) =>
  at(id).addEventListener('submit', (submitted) => {
    submitted.preventDefault();
    work(Object.fromEntries(new FormData(submitted.target))).then(enter).catch(tell);
  });

onSubmit('sign-in', async (person) => {
  if ((await signIn(person)) !== 200) throw { detail: 'That is nobody here.' };
});
onSubmit('use-token', async ({ token }) => sessionStorage.setItem('accessToken', token));

setInterval(() => {
  for (const time of at('items').querySelectorAll('time')) time.textContent = leftUntil(time.dateTime);
  if (mine.some(isOver)) setMine(mine);
}, 1000);

const begin = async () => {
  sale = await find();
  showSale(sale);
  setMine(heldHere().filter(({ eventId }) => eventId === sale.id));
  watch();
  await enter();
};

begin().catch(tell);
`;

/** What runs in the page at `/demo`. */
export const DEMO_SCRIPT = [API_SCRIPT, MAP_SCRIPT, BASKET_SCRIPT, ITEMS_SCRIPT, LIVE_SCRIPT, BEGIN_SCRIPT].join('');
