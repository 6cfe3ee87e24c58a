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

// While an input method composes, the letters in a search box are not yet what is looked for.
const isSearch = (box) => box.matches?.("input[type=search][hx-get]");
document.addEventListener("input", (event) => {
  if (event.isComposing && isSearch(event.target)) event.stopPropagation();
}, true);
document.addEventListener("compositionend", ({ target }) => {
  if (isSearch(target)) target.dispatchEvent(new Event("input", { bubbles: true }));
});

// A conversation is read from its end, and stays there as it grows, unless the clerk has scrolled up.
const talk = document.querySelector("#talk");
if (talk) {
  const toEnd = () => { talk.scrollTop = talk.scrollHeight; };
  const standing = () => talk.querySelector(".standing").dataset.standing;
  const before = standing();
  let atEnd = true;
  toEnd();
  talk.addEventListener("htmx:beforeSwap", () => { atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 40; });
  talk.addEventListener("htmx:afterSwap", () => {
    if (atEnd) toEnd();
    if (standing() === before) return;
    // Taken back, or somebody else has it: what the page offers is no longer so. What is half written stays to be copied.
    const written = [...document.querySelectorAll("textarea")].some((area) => area.value);
    if (written) talk.querySelector(".standing").classList.add("note");
    else location.reload();
  });
  talk.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 409) location.reload(); }); // deleted
}
