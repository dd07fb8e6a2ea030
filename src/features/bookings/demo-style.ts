/** What the page at `/demo` has beside what all pages have. A seat says by its form, too, what its colour says. */
export const DEMO_STYLE = `
html { scroll-padding-bottom: 14rem }
body { max-width: 44rem; background: #f6f8fb }
h1 { margin-bottom: 0 }
#about { margin-top: 0.25rem; color: #4a5568 }
.links { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0.5rem 0 }
.links:empty, #live:empty, #fault:empty, #said:empty { display: none }
#fault { margin: 0.25rem 0; padding: 0.5rem 0.75rem; border-radius: 0.5rem; background: #fdeaea; color: #8f1d1d }
#said { margin: 0.25rem 0; color: #4a5568 }
#live::before { content: ''; display: inline-block; width: 0.6em; height: 0.6em; margin-right: 0.4em; border-radius: 50%;
  background: #c98a00 }
#live[data-state=live]::before { background: #1c8a4a }
#sale { padding: 1rem; border-radius: 1rem; background: #fff; box-shadow: 0 1px 3px #1c233022, 0 8px 24px #1c233011 }
form { margin: 0.75rem 0 }
.stage { margin: 0 auto 1.5rem; max-width: 22rem; padding: 0.3rem; text-align: center; font-size: 0.85rem;
  letter-spacing: 0.2em; text-transform: uppercase; color: #4a5568; background: #e6ebf3;
  border-radius: 0.4rem 0.4rem 50% 50% / 0.4rem 0.4rem 1.4rem 1.4rem }
.type { margin-bottom: 1.5rem }
.type h2 { display: flex; align-items: baseline; gap: 0.6rem; margin: 0 0 0.5rem; font-size: 1rem }
small { font-weight: normal; color: #4a5568 }
.count { margin-left: auto; font-weight: normal; font-variant-numeric: tabular-nums }
button:not(.seat), #items a { margin: 0; padding: 0.35rem 0.9rem; border: 1px solid #7f9cc9; border-radius: 0.5rem;
  background: #fff; color: #1d4f9e; text-decoration: none; cursor: pointer }
button:not(.seat):hover { background: #dfe9f9 }
#items .first, #items a { border-color: #1d5fc2; background: #1d5fc2; color: #fff }
#items .first:hover, #items a:hover { background: #134487 }
.standing { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5rem; margin: 0;
  color: #4a5568 }
.row { display: flex; justify-content: center; flex-wrap: wrap; gap: 0.3rem; margin-bottom: 0.3rem }
.row .name { flex: 0 0 1rem; align-self: center; font-size: 0.8rem; color: #4a5568 }
.seat { flex: 1 1 1.5rem; max-width: 2.5rem; min-width: 1.5rem; aspect-ratio: 1; box-sizing: border-box; margin: 0;
  padding: 0; font-size: 0.8rem; font-variant-numeric: tabular-nums; color: #1c2330; cursor: pointer;
  border: 1px solid #7f9cc9; border-bottom-width: 4px; border-radius: 0.55rem 0.55rem 0.25rem 0.25rem; background: #fff;
  transition: background-color 0.25s, border-color 0.25s, color 0.25s }
.seat[data-status=free]:hover { background: #dfe9f9 }
.seat[data-status=mine] { background: #1d5fc2; border-color: #134487; color: #fff }
.seat[data-status=bought] { background: #1c7a45; border-color: #115430; color: #fff; cursor: default }
.seat[data-status=held] { border: 1px dashed #9a6a00; border-bottom-width: 4px; cursor: not-allowed;
  background: repeating-linear-gradient(135deg, #fdf1d2 0 5px, #f6d889 5px 10px) }
.seat[data-status=sold] { background: #d5dae2; border-color: #d5dae2; color: #59616e; cursor: not-allowed;
  text-decoration: line-through }
button:focus-visible, a:focus-visible { outline: 3px solid #1c2330; outline-offset: 2px }
.legend { display: flex; flex-wrap: wrap; justify-content: center; gap: 0.3rem 1rem; margin: 0; padding: 0;
  list-style: none; font-size: 0.85rem; color: #4a5568 }
.legend li { display: flex; align-items: center; gap: 0.4rem }
.legend .seat { flex: none; width: 1.2rem; min-width: 0; border-bottom-width: 3px; cursor: default }
#mine { position: sticky; bottom: 0; margin: 1rem -1rem 0; padding: 0.5rem 1rem; max-height: min(40vh, 13rem); overflow: auto;
  background: #fff; border-radius: 1rem 1rem 0 0; box-shadow: 0 -2px 16px #1c233026 }
#items { margin: 0; padding: 0; list-style: none }
#items li { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.75rem; padding: 0.4rem 0 }
#items li + li { border-top: 1px solid #e6ebf3 }
#items strong { flex: 1 }
#items time { font-variant-numeric: tabular-nums }
@media (max-width: 30rem) {
  body { padding: 0 0.5rem }
  #sale { padding: 0.75rem 0.6rem }
  .row { gap: 0.125rem }
  .row .name { flex-basis: 0.8rem }
  .seat { flex-basis: 1.2rem; min-width: 1.2rem; max-width: 1.65rem }
  #mine { margin: 1rem -0.5rem 0 }
}
@media (prefers-reduced-motion: reduce) { .seat { transition: none } }
`;
