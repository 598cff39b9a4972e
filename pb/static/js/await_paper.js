// The page of a paper asks for it by itself, looks every few seconds whether it is there, and then opens the file.
const SECONDS = 3;

/** What the page says now takes the place of what it said. @param {string} text */
const show = (text) => {
  const main = new DOMParser().parseFromString(text, 'text/html').querySelector('main');
  if (main) document.querySelector('main')?.replaceWith(document.adoptNode(main));
};

const look = async () => {
  try {
    const text = await (await fetch(location.href)).text();
    if (!text.includes('<progress')) {
      show(text);
      /** @type {HTMLAnchorElement | null} */
      const paper = document.querySelector('a[data-paper]');
      if (paper) location.assign(paper.href);
      return;
    }
  } catch {
    // The network is away for a moment: the link to load again stands on the page all the while.
  }
  setTimeout(look, SECONDS * 1000);
};

const ask = async (/** @type {HTMLFormElement} */ form) => {
  const answer = await fetch(form.action, { method: 'POST', body: new FormData(form) });
  // Whoever asks for too much is told so by the button itself.
  if (!answer.ok) return;
  show(await answer.text());
  setTimeout(look, SECONDS * 1000);
};

/** @type {HTMLFormElement | null} */
const form = document.querySelector('form[data-ask]');
if (form) ask(form);
else setTimeout(look, SECONDS * 1000);
