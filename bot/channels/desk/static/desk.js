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
