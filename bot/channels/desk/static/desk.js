// Every page tells in the navigation and in the window's title how many wait, so that a clerk sees it from another tab.
const badge = document.querySelector("#badge");
const title = document.title;
if (badge) {
  badge.addEventListener("htmx:afterSwap", () => {
    const waiting = badge.querySelector("[data-waiting]")?.dataset.waiting;
    const news = badge.querySelector("[data-news]") ? "● " : "";
    document.title = news + (waiting ? `(${waiting}) ${title}` : title);
  });
  document.querySelector("#entries")?.addEventListener("htmx:afterSwap", () => { htmx.trigger(badge, "refresh"); });
}

// What refreshes itself and cannot must not be taken for how things stand.
const lost = document.querySelector("#lost");
const refreshes = (event) => event.target.matches?.("#badge, #entries, #talk");
const standLost = (yes) => {
  if (!lost || lost.hidden === !yes) return;
  lost.hidden = !yes;
  document.body.classList.toggle("lost", yes);
};
for (const name of ["sendError", "timeout"]) {
  document.body.addEventListener(`htmx:${name}`, (event) => { if (refreshes(event)) standLost(true); });
}
document.body.addEventListener("htmx:afterOnLoad", (event) => {
  if (refreshes(event)) standLost(event.detail.xhr.status >= 500);
});
document.addEventListener("submit", (event) => {
  if (!document.body.classList.contains("lost") || event.target.method !== "post") return;
  event.preventDefault(); // the browser would leave the page for one that says that there is none
  lost.scrollIntoView({ block: "nearest" });
});

// What is half written about a question survives a reload, a lost session and a lost connection: it is kept in this browser, for this account,
// until it has gone out.
const KEPT_FOR = 7 * 24 * 3600 * 1000;
const PREFIX = "draft ";
const account = document.querySelector("meta[name=account]")?.content;
const question = location.pathname.match(/^\/desk\/queue\/\d+/)?.[0];
const of = (path) => `${PREFIX}${account} ${path}`;
const fields = () => document.querySelectorAll("main form[method=post] :is(textarea, select, input[type=radio], input[type=checkbox])[id]:not(#learn, #to)");
const ticks = (field) => ["radio", "checkbox"].includes(field.type);
let typedAt = 0;

function keep() {
  typedAt = Date.now();
  const values = {};
  for (const field of fields()) {
    if (ticks(field) ? field.checked : field.value) values[field.id] = ticks(field) || field.value;
  }
  if (Object.keys(values).length) localStorage.setItem(of(question), JSON.stringify({ at: Date.now(), values }));
  else localStorage.removeItem(of(question));
}

function restore() {
  const kept = JSON.parse(localStorage.getItem(of(question)) ?? "null");
  for (const field of kept ? fields() : []) {
    if (!(field.id in kept.values) || (!ticks(field) && field.value)) continue;
    if (ticks(field)) field.checked = true;
    else field.value = kept.values[field.id];
    const folded = field.closest("details");
    if (folded) folded.open = true;
  }
}

for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
  if (Date.now() - JSON.parse(localStorage.getItem(key)).at > KEPT_FOR) localStorage.removeItem(key);
}
const sent = sessionStorage.getItem("sent"); // the question that the last form of this tab was about, and the form's fields
sessionStorage.removeItem("sent");
if (sent && account) { // a form that was refused, previewed or turned away leads to no such address
  const { path, ids } = JSON.parse(sent);
  if ([path, "/desk/queue"].includes(location.pathname)) {
    const kept = JSON.parse(localStorage.getItem(of(path)) ?? "null");
    for (const id of kept ? ids : []) delete kept.values[id];
    if (kept) localStorage.setItem(of(path), JSON.stringify(kept));
  }
}
if (question && account) {
  if (!document.querySelector("#preview, #warning")) restore();
  document.querySelector("main").addEventListener("input", (event) => { if ([...fields()].includes(event.target)) keep(); });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    const form = event.target;
    const answers = (field) => form.id === "send" && !/^(note|ask|pass)-/.test(field.id);
    const ids = [...fields()].filter((field) => field.form === form || answers(field));
    sessionStorage.setItem("sent", JSON.stringify({ path: question, ids: ids.map((field) => field.id) }));
  });
}

document.querySelector("#tick-all")?.addEventListener("click", () => {
  for (const box of document.querySelectorAll("input[name=lessons]")) box.checked = true;
});

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
  let shown = "";
  let leaving = false;
  // Not a reload: where the page came of a form, that would send the form again.
  const showAnew = () => { if (!leaving) location.assign(question); };
  toEnd();
  document.addEventListener("submit", (event) => { if (event.target.method === "post" && !event.defaultPrevented) leaving = true; });
  talk.addEventListener("htmx:configRequest", (event) => {
    if (Date.now() - typedAt < 60_000) event.detail.headers["X-Typed"] = "yes";
  });
  talk.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.responseText === shown) event.detail.shouldSwap = false; // what is selected in it stays so
    shown = event.detail.xhr.responseText;
    atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 40;
  });
  talk.addEventListener("htmx:afterSwap", () => {
    if (atEnd) toEnd();
    htmx.trigger(badge, "refresh");
    if (standing() === before) return;
    // Taken back, or somebody else has it: what the page offers is no longer so. What is half written stays to be copied.
    const written = [...document.querySelectorAll("textarea")].some((area) => area.value);
    if (written) talk.querySelector(".standing").classList.add("note");
    else showAnew();
  });
  talk.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 409) showAnew(); }); // deleted
}
