// A page beside the ballot on a shared device: nobody touches it for two minutes, and the next person finds the start.
const SECONDS = 120;
const start = document.documentElement.dataset.kiosk || location.pathname;
let timer = 0;

const rest = () => {
  clearTimeout(timer);
  timer = setTimeout(() => location.replace(start), SECONDS * 1000);
};

for (const touch of ['pointerdown', 'keydown']) addEventListener(touch, rest);
addEventListener('pageshow', ({ persisted }) => persisted && location.replace(start));
rest();
