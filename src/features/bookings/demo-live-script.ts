/**
 * The sale as it goes on: counts come as they change, from which the page knows that it is time to read the seats again.
 * Somewhat less than a second is soon enough for people, and stays below the limits of the API with several windows open.
 */
export const LIVE_SCRIPT = `
const BETWEEN_MS = 700;
const AFTER_FAILURE_MS = 3000;
let version = 0;
let isStale = false;
let isReading = false;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const showCounts = (update) => {
  if (update.version < version) return;
  version = update.version;
  for (const { id, available } of update.seatTypes) {
    const { count, capacity } = counts.get(id);
    count.textContent = available + ' of ' + capacity + ' left';
  }
};

const readSeats = async ({ id }, cursor = '') => {
  const path = '/v1/events/' + sale.id + '/seats?limit=100&seatTypeId=' + id + cursor;
  const { data, page } = await read(path);
  const shown = data.filter(({ label }) => seats.has(keyOf({ seatTypeId: id, label })));
  for (const { label, status } of shown) paint(Object.assign(seats.get(keyOf({ seatTypeId: id, label })), { status }));
  const isAll = page.nextCursor === null || shown.length < data.length;
  if (!isAll) await readSeats({ id }, '&cursor=' + encodeURIComponent(page.nextCursor));
};

const readAll = async () => {
  await Promise.all(sale.seatTypes.filter(({ rows }) => rows !== null).map((type) => readSeats(type)));
  if (mine.some(({ status }) => status === 'pending_payment')) await readMine();
};

// What changes while it reads, or shortly after, is read together.
const refresh = async () => {
  isStale = true;
  if (isReading) return;
  isReading = true;
  for (let failure; isStale || failure;) {
    isStale = false;
    const before = failure;
    failure = await readAll().catch((problem) => problem);
    if (failure ?? before) tell(failure ?? { detail: '' });
    await sleep(failure ? AFTER_FAILURE_MS : BETWEEN_MS);
  }
  isReading = false;
};

const watch = () => {
  const socket = io('/live', { transports: ['websocket'] });
  const tellState = (state) => (at('live').dataset.state = at('live').textContent = state);
  tellState('connecting');
  socket.on('connect', () =>
    socket.emit('subscribe', { eventId: sale.id }, (answer) => {
      if (answer.seatTypes === undefined) return tell(answer);
      tellState('live');
      showCounts(answer);
      refresh();
    }),
  );
  socket.on('event:seats-update', (update) => {
    showCounts(update);
    refresh();
  });
  socket.on('disconnect', () => tellState('connecting'));
};
`;
