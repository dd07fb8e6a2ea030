/** What its pages have beside what all pages have. */
export const BILLING_STYLE = `
form.press { display: inline }
.amount { font-size: 2rem; margin: 0 }
`;
