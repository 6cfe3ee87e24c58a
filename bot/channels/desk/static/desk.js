// The queue tells in the window's title how many wait, so that a clerk sees it from another tab.
const title = document.title;
const tell = () => {
  const waiting = document.querySelectorAll("#waiting .waiting").length;
  document.title = waiting ? `(${waiting}) ${title}` : title;
};
if (document.querySelector("#entries")) {
  tell();
  document.body.addEventListener("htmx:afterSwap", tell);
}

// A conversation is read from its end, and stays there as it grows, unless the clerk has scrolled up.
const talk = document.querySelector("#talk");
if (talk) {
  const toEnd = () => { talk.scrollTop = talk.scrollHeight; };
  let atEnd = true;
  toEnd();
  talk.addEventListener("htmx:beforeSwap", () => { atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 40; });
  talk.addEventListener("htmx:afterSwap", () => { if (atEnd) toEnd(); });
}
