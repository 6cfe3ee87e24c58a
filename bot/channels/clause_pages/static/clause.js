// Sharing and printing a page; without this script the browser's own menus do both.
const share = document.getElementById("share");
const print = document.getElementById("print");
const told = document.getElementById("told");

async function give() {
  const url = document.querySelector("link[rel=canonical]").href;
  if (navigator.share) {
    await navigator.share({ title: document.title, url }).catch(() => null); // who closes the sheet shares nothing
    return;
  }
  const done = await navigator.clipboard.writeText(url).then(() => true, () => false);
  told.textContent = done ? share.dataset.done : share.dataset.failed;
}

if (share) {
  share.hidden = print.hidden = false;
  share.addEventListener("click", give);
  print.addEventListener("click", () => window.print());
}
