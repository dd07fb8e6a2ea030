/**
 * What somebody holds, pays and has bought at `/demo`. This tab alone remembers what it holds: the API tells nobody whose the
 * held seats are. Bookings it reads.
 */
export const BASKET_SCRIPT = `
const URGENCY = ['held', 'pending_payment', 'confirmed'];
let mine = [];
let turns = 0;

const ownerOf = (seat) => mine.find(({ seats }) => seats.some((own) => own.label !== null && keyOf(own) === keyOf(seat)));
const heldHere = () => JSON.parse(sessionStorage.getItem('holds') ?? '[]');
const isOver = ({ expiresAt }) => expiresAt !== null && Date.parse(expiresAt) <= Date.now();

const leftUntil = (time) => {
  const seconds = Math.max(0, Math.round((Date.parse(time) - Date.now()) / 1000));
  return Math.floor(seconds / 60) + ':' + String(seconds % 60).padStart(2, '0');
};

// One at a time of each button: who presses twice means it once.
const alone = async (button, work) => {
  if (button.ariaBusy === 'true') return;
  button.ariaBusy = 'true';
  await work().catch(tell);
  button.ariaBusy = 'false';
  refresh();
};

// What has not changed stays as it is: somebody may be about to press it.
const setMine = (items) => {
  const urgency = ({ status }) => URGENCY.indexOf(status);
  const next = items.filter((item) => !isOver(item)).sort((one, other) => urgency(one) - urgency(other));
  if (JSON.stringify(next) === JSON.stringify(mine)) return;
  mine = next;
  sessionStorage.setItem('holds', JSON.stringify(mine.filter(({ status }) => status === 'held')));
  at('items').replaceChildren(...mine.map(itemOf));
  paintAll();
};

const readMine = async () => {
  const turn = ++turns;
  const { data } = await asMe('GET', '/v1/bookings?limit=50');
  if (turn !== turns) return;
  const booked = new Set(data.map(({ id }) => id));
  const held = heldHere().filter(({ id, eventId }) => eventId === sale.id && !booked.has(id));
  const bought = data.filter((one) => one.event.id === sale.id && URGENCY.includes(one.status));
  setMine([...held, ...bought]);
};

const press = (seat) => {
  const own = ownerOf(seat);
  if (own?.status === 'held') return release(own);
  if (own !== undefined || seat.status !== 'free') return Promise.reject({ detail: nameOf(seat) + ' is not free.' });
  return hold({ seatTypeId: seat.seatTypeId, label: seat.label });
};

const hold = async (seat) => {
  const held = await asMe('POST', '/v1/events/' + sale.id + '/holds', { seats: [seat] });
  setMine([{ ...held, status: 'held' }, ...mine]);
  say('You hold ' + nameOf(seat) + '. Nobody else can have it for ' + leftUntil(held.expiresAt) + ' minutes.');
};

const release = async (item) => {
  setMine(mine.filter(({ id }) => id !== item.id));
  await asMe('DELETE', '/v1/holds/' + item.id);
  say(namesOf(item) + ' is free again.');
};

// The id of what they are done to is a key that is the same whenever they are tried again.
const book = async (item) => {
  const booking = await asMe('POST', '/v1/bookings', { holdId: item.id }, { 'idempotency-key': item.id });
  if (booking.checkoutUrl !== null) sessionStorage.setItem('checkout ' + item.id, booking.checkoutUrl);
  await readMine();
  say(namesOf(item) + (booking.checkoutUrl === null ? ' is yours.' : ' is kept for you until you have paid.'));
};

const cancel = async (item) => {
  await asMe('POST', '/v1/bookings/' + item.id + '/cancel', undefined, { 'idempotency-key': item.id });
  await readMine();
  say(namesOf(item) + ' is free again.');
};
`;
