// The page of a paper that is being made looks every few seconds whether it is there, and then loads itself again once.
const SECONDS = 3;

const look = async () => {
  try {
    const page = await (await fetch(location.href)).text();
    if (!page.includes("<progress")) {
      location.reload();
      return;
    }
  } catch {
    // The network is away for a moment: the link to load again stands on the page all the while.
  }
  setTimeout(look, SECONDS * 1000);
};

setTimeout(look, SECONDS * 1000);
