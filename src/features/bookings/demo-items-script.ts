/** How the page at `/demo` shows what somebody holds, pays and has bought, and what they may do about it. */
export const ITEMS_SCRIPT = `
const namesOf = ({ seats }) => seats.map(nameOf).join(', ');

const costOf = ({ seats }) => {
  const types = seats.map(({ seatTypeId }) => sale.seatTypes.find(({ id }) => id === seatTypeId));
  return priceOf(types.reduce((sum, { priceMinor }) => sum + priceMinor, 0), types[0].currency);
};

const action = (text, item, work) => {
  const className = work === book ? 'first' : '';
  const ariaLabel = text + ' ' + namesOf(item);
  const button = make('button', { className, type: 'button', textContent: text, ariaLabel });
  button.addEventListener('click', () => alone(button, () => work(item)));
  return button;
};

const payLink = ({ id }) => {
  const href = sessionStorage.getItem('checkout ' + id);
  return href === null ? 'waits to be paid for' : make('a', { href, target: '_blank', rel: 'noopener', textContent: 'Pay' });
};

const actionsOf = {
  held: (item) => [action('Book', item, book), action('Give back', item, release)],
  pending_payment: (item) => [payLink(item), action('Cancel', item, cancel)],
  confirmed: (item) => ['booked', action('Cancel', item, cancel)],
};

const itemOf = (item) => {
  const time = item.expiresAt && make('time', { dateTime: item.expiresAt, textContent: leftUntil(item.expiresAt) });
  const name = make('strong', {}, namesOf(item) + ' ', make('small', { textContent: costOf(item) }));
  return make('li', {}, name, time ?? '', ...actionsOf[item.status](item));
};
`;
