// Keys, copying, and what the look-up tells a screen reader. Everything works without them, by links and forms.
const one = (selector, inside = document) => inside.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const box = one("#q");
const dialog = one("#keys");
const SAVED = "keys";
const LOOKED_UP = "looked up";
const OPENED = "opened"; // where somebody went on from a hit: the address of the list, and the hit's
const RETURNS = "returns";
const IN_CHAT = "in chat";
const COMPOSING = 229; // the code of keys that an input method takes, where a browser says nothing else of it
let jump = false;

// The words stand in the page, where they are converted.
function say(words) {
  const status = one("#copied");
  status.textContent = words;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { status.textContent = ""; }, 2500);
}

async function copy(id) {
  const text = document.getElementById(id).content.textContent;
  const { copied, failed } = one("#copied").dataset;
  try {
    await navigator.clipboard.writeText(text);
    say(copied);
  } catch {
    say(copyBySelection(text) ? copied : failed);
  }
}

// Browsers give no clipboard to pages without https.
function copyBySelection(text) {
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "hidden";
  area.readOnly = true;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  before?.focus({ preventScroll: true });
  return done;
}

const hits = () => all(".hit .open");
const current = () => document.activeElement?.closest(".hit");

function go(step) {
  const links = hits();
  if (links.length) {
    const at = links.findIndex((link) => link.closest(".hit") === current());
    const next = at < 0 ? 0 : at + step;
    if (next < 0) box.focus();
    else show(links[Math.min(next, links.length - 1)]);
    return true;
  }
  const neighbour = one(step > 0 ? "a[rel=next]" : "a[rel=prev]");
  neighbour?.click();
  return Boolean(neighbour);
}

function show(link) {
  link.focus({ preventScroll: true });
  link.closest(".hit").scrollIntoView({ block: "nearest" });
}

function copyCurrent(other) {
  const button = one(".copy", current() || document);
  const id = (other && button?.dataset.copiesOther) || button?.dataset.copies;
  if (id) copy(id);
}

function widen() {
  const link = one("#widen");
  link?.click();
  return Boolean(link);
}

function toBox() {
  if (box) { box.focus(); box.select(); } else location.assign("/desk/");
}

const KEYS = {
  "/": toBox,
  j: () => go(1),
  k: () => go(-1),
  c: () => copyCurrent(false),
  C: () => copyCurrent(true),
  t: () => one("#script")?.click(),
  x: widen,
  "?": () => dialog.showModal(),
};

function inBox(event) {
  if (event.key === "ArrowDown") return go(1);
  if (event.key === "Escape" && one(".hidden-by")) return widen();
  if (event.key === "Escape" && box.value) {
    box.value = "";
    htmx.trigger(box, "search");
    return true;
  }
  if (event.key === "Escape") return widen();
  if (event.key === "Enter") {
    jump = true;
    htmx.trigger(box, "search");
    return true;
  }
  return false;
}

function elsewhere(event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const among = current() || document.activeElement === document.body;
    return Boolean(among && hits().length) && go(event.key === "ArrowDown" ? 1 : -1);
  }
  if (event.key === "Escape") {
    if (box) {
      toBox();
    } else {
      sessionStorage.setItem(RETURNS, "yes");
      location.assign(`/desk/${sessionStorage.getItem(LOOKED_UP) ?? ""}`);
    }
    return true;
  }
  if (!one("#keys-on").checked || !KEYS[event.key]) return false;
  KEYS[event.key]();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || dialog.open) return;
  if (event.isComposing || event.keyCode === COMPOSING) return;
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (typing && event.target !== box) return;
  if (typing ? inBox(event) : elsewhere(event)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest(".copy, .copy-other");
  if (button) copy(button.dataset.copies);
});
one("#keys-open")?.addEventListener("click", () => dialog.showModal());

// Whoever switches the single keys off (WCAG 2.1.4) finds them off next time.
const switched = one("#keys-on");
switched.checked = localStorage.getItem(SAVED) !== "off";
switched.addEventListener("change", () => localStorage.setItem(SAVED, switched.checked ? "on" : "off"));

// Who comes back from a hit finds it where it was.
function backToHit() {
  const { search, hit } = JSON.parse(sessionStorage.getItem(OPENED) ?? "{}");
  const returns = sessionStorage.getItem(RETURNS) || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  sessionStorage.removeItem(RETURNS);
  const link = returns && search === location.search && hits().find((entry) => entry.getAttribute("href") === hit);
  if (!link) return;
  show(link);
  link.closest(".hit").scrollIntoView({ block: "center" });
}

// The assistant's own words stay open from one look-up to the next, for who has opened them.
function keepOpen() {
  const words = one("#in-chat");
  if (!words) return;
  words.open = sessionStorage.getItem(IN_CHAT) === "open";
  words.querySelector("summary").addEventListener("click", () => sessionStorage.setItem(IN_CHAT, words.open ? "" : "open"));
}

if (box) {
  addEventListener("pagehide", () => sessionStorage.setItem(LOOKED_UP, location.search));
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".hit .open");
    if (link) sessionStorage.setItem(OPENED, JSON.stringify({ search: location.search, hit: link.getAttribute("href") }));
  });
  addEventListener("pageshow", backToHit);
  document.addEventListener("DOMContentLoaded", keepOpen);
  one("#narrow").open = matchMedia("(min-width: 60rem)").matches;
  box.setSelectionRange(box.value.length, box.value.length);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "found") return;
    keepOpen();
    one("#said").textContent = one("#count").textContent;
    if (jump && hits().length) show(hits()[0]);
    jump = false;
  });
}

// What was typed before this file was there is looked up as soon as htmx is.
document.addEventListener("DOMContentLoaded", () => {
  if (box && box.value !== (new URLSearchParams(location.search).get("q") ?? "")) htmx.trigger(box, "search");
});

// Another script is the same page in the same place: no step in the history, and the address as it is by now.
one("#script")?.closest("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { action, method } = event.currentTarget;
  const body = new URLSearchParams(new FormData(event.currentTarget));
  await fetch(action, { method, body, redirect: "manual" });
  location.reload();
});
one("#print")?.addEventListener("click", () => print());
