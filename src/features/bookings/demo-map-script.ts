/** The seats of the page at `/demo`: made once, and painted whenever it knows more, so that nobody's focus is lost. */
export const MAP_SCRIPT = `
const MOST_SEATS = 500;
const seats = new Map();
const counts = new Map();

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

const priceOf = (amount, currency) => {
  if (amount === 0) return 'free of charge';
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
};

const keyOf = ({ seatTypeId, label }) => seatTypeId + ' ' + label;

const nameOf = ({ seatTypeId, label }) =>
  [sale.seatTypes.find(({ id }) => id === seatTypeId)?.name, label].filter((part) => part).join(' ');

const WORDS = { free: 'available', held: 'held by somebody else', sold: 'sold', mine: 'held by you', bought: 'booked by you' };

const paint = ({ button, price, ...seat }) => {
  const own = ownerOf(seat);
  const shown = own === undefined ? seat.status : own.status === 'confirmed' ? 'bought' : 'mine';
  button.dataset.status = shown;
  button.ariaLabel = [nameOf(seat), price, WORDS[shown]].join(', ');
  button.ariaPressed = String(shown === 'mine');
  button.ariaDisabled = String(shown !== 'free' && shown !== 'mine');
};

const paintAll = () => seats.forEach(paint);

const seatOf = (type, label, text) => {
  const price = priceOf(type.priceMinor, type.currency);
  const button = make('button', { className: 'seat', type: 'button', textContent: text });
  const seat = { seatTypeId: type.id, label, button, price, status: 'free' };
  button.addEventListener('click', () => alone(button, () => press(seat)));
  seats.set(keyOf(seat), seat);
  return button;
};

const rowOf = (type, { prefix, from, to }, most) => {
  const row = make('div', { className: 'row', role: 'group', ariaLabel: 'Row ' + prefix });
  row.append(make('span', { className: 'name', ariaHidden: 'true', textContent: prefix }));
  for (let number = from; number <= to && number < from + most; number++) {
    row.append(seatOf(type, prefix + number, number));
  }
  return row;
};

const standingOf = (type) => {
  const button = make('button', { type: 'button', textContent: 'Hold one' });
  button.addEventListener('click', () => alone(button, () => hold({ seatTypeId: type.id })));
  return make('p', { className: 'standing' }, 'No seat of your own: come as you are.', button);
};

const sectionOf = (type) => {
  const count = make('span', { className: 'count' });
  counts.set(type.id, { count, capacity: type.capacity });
  const price = make('small', { textContent: priceOf(type.priceMinor, type.currency) });
  const section = make('section', { className: 'type', ariaLabel: type.name });
  section.append(make('h2', {}, type.name, ' ', price, count));
  if (type.rows === null) section.append(standingOf(type));
  for (const row of type.rows ?? []) {
    if (seats.size < MOST_SEATS) section.append(rowOf(type, row, MOST_SEATS - seats.size));
  }
  return section;
};

at('map').addEventListener('keydown', ({ key, target }) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  const buttons = [...at('map').querySelectorAll('button')];
  if (step !== undefined) buttons[buttons.indexOf(target) + step]?.focus();
});
`;
