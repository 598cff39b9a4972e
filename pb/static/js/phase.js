// At the second at which a phase ends its words change, what was true until then goes (data-closes) and what is true from
// then on takes its place (data-closed), on a page that was left open too. How long that is, the server has said: what the
// phone takes for the time lies to nobody.
const begun = performance.now();

const end = (bar) => {
  bar.querySelector('[data-phase]').textContent = bar.dataset.over;
  bar.nextElementSibling.textContent = bar.dataset.over; // said once, to those who hear the page
  const place = bar.closest('section') ?? document;
  for (const thing of place.querySelectorAll('[data-closes]')) thing.hidden = true;
  for (const thing of place.querySelectorAll('[data-closed]')) thing.hidden = false;
};

const watch = (bar, length) => {
  const left = length - (performance.now() - begun);
  if (left <= 0) end(bar);
  else setTimeout(watch, Math.min(left, 600_000), bar, length);
};

for (const bar of document.querySelectorAll('[data-ends]'))
  watch(bar, Date.parse(bar.dataset.ends) - Date.parse(bar.dataset.now));
