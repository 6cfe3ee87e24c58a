// The chat page. Whatever a person or the server says is set as text, never as markup.
import { EXAMPLES, EXAMPLES_WITHIN, WORDS } from "./words.js";

const RETRIES = [1000, 2000, 4000, 8000, 15000];
const SHOWN_OF_A_LIST = 6;
const ASK_EVERY = 4000;
const ASK_LATER = 15000; // what a person answered may be corrected
const OPEN = ["waiting", "claimed"];
const TALK = ["smalltalk", "handoff"];
const EXCERPT = 60;
const log = document.getElementById("log");
const form = document.getElementById("form");
const input = document.getElementById("text");
const replying = document.getElementById("replying");
const answers = new Map(); // by the id of the message answered: how each begins, in which language, with which words around it
let script = localStorage.getItem("script") || (/hans|cn|sg/i.test(navigator.language) ? "hans" : "hant");
let repliesTo = null; // the id of the answer that what is typed replies to
let lastAnswer = null;
let within = []; // the documents that the conversation is narrowed to
let handover = null; // how it stands with the question that was handed over to a person
let lastNotice = 0;
let unread = 0;
let timer = 0;
const words = () => WORDS[script];
const langOf = (custom) => (custom.language === "en" ? "en" : custom.script === "hant" ? "zh-Hant" : "zh-Hans");

function element(tag, classes, text) {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(text, action) {
  const made = element("button", "", text);
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}

function add(node) {
  log.append(node);
  node.scrollIntoView({ block: "nearest" });
  return node;
}

function line({ name, text }, kind) {
  if (name === "utter_part" || name === "utter_of_document") return element("h2", "part", text);
  if (/^utter_(document|changes|changes_renumbered)$/.test(name)) return element("h2", "card", text);
  if (name === "utter_chapter") return kind === "list" ? element("h2", "", text) : element("p", "card", text);
  if (name.startsWith("utter_document_")) return element("p", "card units", text);
  if (name === "utter_quote") return element("blockquote", "", text);
  if (name === "utter_units") return element("p", "units", text);
  if (name === "utter_citation" || name === "utter_dated" || name === "utter_list_source") return element("p", "small", text);
  if (/^utter_staff_(words|own|asks)$/.test(name)) return element("p", "own", text);
  if (/^utter_(no_)?(older_version|version_)/.test(name)) return element("p", "note", text);
  if (/^utter_not_stated|_(not_stated|different|exploratory|aim|encouraged)$/.test(name)) return element("p", "note", text);
  return element("p", "", text);
}

function shortened(bubble, entries) {
  for (const entry of entries.slice(SHOWN_OF_A_LIST)) entry.hidden = true;
  if (entries.length <= SHOWN_OF_A_LIST) return;
  const all = button(words().all, () => { for (const entry of entries) entry.hidden = false; all.remove(); });
  entries[SHOWN_OF_A_LIST - 1].after(all);
}

function copyButton(text, label) {
  const made = button(label, async () => {
    await navigator.clipboard.writeText(text);
    made.textContent = words().copied;
  });
  return made;
}

function opinions(id, spoken) {
  const group = element("span", "opinions");
  const buttons = [["up", "👍"], ["down", "👎"]].map(([verdict, sign]) => {
    const made = button(sign, async () => {
      const body = JSON.stringify({ id, verdict });
      const headers = { "Content-Type": "application/json" };
      const response = await fetch("/chat/opinions", { method: "POST", headers, body }).catch(() => null);
      if (!response?.ok) return;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === made));
      noted.textContent = spoken.noted;
    });
    made.setAttribute("aria-label", spoken[verdict]);
    made.title = spoken[verdict];
    made.setAttribute("aria-pressed", "false");
    return made;
  });
  const noted = element("span", "small");
  noted.setAttribute("role", "status");
  group.append(...buttons, noted);
  return group;
}

function replyButton(id) {
  const { begins, spoken } = answers.get(id);
  const made = button(spoken.reply, () => startReply(id));
  made.className = "reply";
  made.setAttribute("aria-label", spoken.replyTo + begins);
  return made;
}

function startReply(id) {
  const { begins, lang, spoken } = answers.get(id);
  const [told, drop] = replying.children;
  repliesTo = id;
  told.textContent = spoken.replyTo + begins;
  drop.textContent = spoken.dropReply;
  replying.lang = lang;
  replying.hidden = false;
  input.focus();
}

function endReply() {
  repliesTo = null;
  replying.hidden = true;
  document.getElementById("replied").textContent = ""; // it describes the input, hidden or not
}

function saying(text, classes, id) {
  const made = button(text, () => send(text, id));
  made.className = classes;
  return made;
}

// Under several parts: "all of it" would not say of which, so each clause has a button of its own.
function wholeClauses(custom, spoken) {
  const clauses = new Map(custom.answers.filter(({ label }) => label).map((answer) => [answer.key, answer]));
  return [...clauses.values()].slice(0, SHOWN_OF_A_LIST).map(({ clause, label }) =>
    button(spoken.fullText + label, () => send(spoken.clause.replace("N", clause))));
}

function showReply({ lines, custom }, id = null, byStaff = false) {
  const bubble = element("article", byStaff ? "bubble theirs staff" : "bubble theirs");
  bubble.lang = langOf(custom);
  if (byStaff && custom.handover === "ended") bubble.dataset.answer = id;
  const choices = custom.choices || [];
  const titles = lines.filter(({ name }) => name === "utter_choice").map(({ text }) => text);
  if (titles.length === choices.length) lines = lines.filter(({ name }) => name !== "utter_choice"); // they are the buttons
  const kinds = (custom.parts || []).map(({ kind }) => kind);
  let part = -1;
  const shown = lines.map((said) => {
    if (said.name === "utter_part") part += 1;
    return line(said, kinds[part] ?? custom.kind);
  });
  bubble.append(...shown);
  shortened(bubble, shown.filter((_, place) => lines[place].name === "utter_list_entry"));
  const row = element("div", "buttons");
  choices.forEach(({ title, payload }, place) => {
    row.append(button(titles[place] ?? title, () => send(payload, id)));
  });
  const spoken = custom.language === "en" ? WORDS.en : WORDS[custom.script] || words();
  if (byStaff) bubble.prepend(element("p", "who", spoken.staff));
  const citations = lines.filter(({ name }) => name === "utter_citation").map(({ text }) => text.replace(/^[^《]*/, ""));
  const givesOne = custom.answers?.length && !["list", "document"].includes(custom.kind);
  if (kinds.length) row.append(...wholeClauses(custom, spoken));
  else if (givesOne) for (const word of spoken.buttons) row.append(button(word, () => send(word, id)));
  if (citations.length || givesOne) {
    row.append(copyButton([...new Set(citations)].join("\n") || custom.answers[0].citation, spoken.copy));
  }
  const refused = [custom.kind, ...kinds].includes("no_answer") && !custom.handover;
  if (OPEN.includes(custom.handover)) row.append(saying(spoken.takeBack, "take-back", id));
  else if (refused) row.append(saying(spoken.person, "ask-person", id));
  if (lines.some(({ name }) => name === "utter_narrowed")) row.append(saying(spoken.widen, "", id));
  const judged = custom.answers?.length || custom.documents || refused;
  if (id && judged && !byStaff) row.append(opinions(id, spoken));
  if (id && custom.kind && !TALK.includes(custom.kind)) {
    const quote = lines.find(({ name }) => name === "utter_quote");
    const text = quote?.text.replace(/^[^「]*/, "") || lines.map((said) => said.text).join(" ");
    answers.set(id, { begins: text.slice(0, EXCERPT), lang: bubble.lang, spoken });
    row.append(replyButton(id));
  }
  lastAnswer = id;
  if (row.childElementCount) bubble.append(row);
  add(bubble);
}

function stand(stage) {
  const before = handover;
  if (document.activeElement?.closest(".ask-person, .take-back, #standing")) log.focus({ preventScroll: true });
  handover = OPEN.includes(stage) ? stage : null;
  document.body.classList.toggle("handed-over", handover !== null);
  if (handover && !before) log.lastElementChild?.scrollIntoView({ block: "nearest" });
  document.querySelector("#standing p").textContent = handover ? words().standing[handover] : "";
  clearTimeout(timer);
  if (handover || lastNotice) timer = setTimeout(askForNotices, handover ? ASK_EVERY : ASK_LATER);
}

// What a person answered and took back must not be read as if it still held.
function takeBack(name) {
  for (const bubble of document.querySelectorAll(`[data-answer="${CSS.escape(name)}"]:not(.taken-back)`)) {
    bubble.classList.add("taken-back");
    const told = element("p", "note", bubble.lang === "en" ? WORDS.en.tookBack : WORDS[bubble.lang === "zh-Hant" ? "hant" : "hans"].tookBack);
    bubble.querySelector(".who").after(told);
  }
}

function showNotices(notices) {
  for (const { id, name, reply } of notices.filter((notice) => notice.id > lastNotice)) {
    lastNotice = id;
    if (reply.custom.corrects) takeBack(reply.custom.corrects);
    showReply(reply, name, true);
    if (document.hidden) unread += 1;
  }
  fillTitle();
}

async function askForNotices() {
  try {
    const response = await fetch(`/chat/notices?after=${lastNotice}`);
    if (!response.ok) throw new Error(response.statusText);
    const { notices, handover: stage } = await response.json();
    showNotices(notices);
    stand(stage);
  } catch { stand(handover); /* the network or the server is away: it is asked again */ }
}

function showMine(text, replied) {
  const bubble = element("article", "bubble mine", text);
  if (answers.has(replied) && replied !== lastAnswer) { // what replies to the last answer stands below it anyway
    const { begins, lang, spoken } = answers.get(replied);
    const told = element("p", "replied", spoken.replyTo + begins);
    told.lang = lang;
    bubble.prepend(told);
  }
  return add(bubble);
}

async function post(id, text, replied) {
  const response = await fetch("/chat/messages", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id, text, ...(replied && { in_reply_to: replied }) }),
  });
  const body = await response.json();
  if (response.status >= 500) throw new Error(body.error);
  return response.ok ? body.reply : { lines: [{ name: "error", text: body.error }], custom: {} };
}

async function deliver(id, text, replied) {
  const state = add(element("p", "bubble theirs typing"));
  state.setAttribute("aria-label", words().typing);
  for (const wait of [0, ...RETRIES]) {
    if (wait) {
      state.className = "state";
      state.textContent = words().retrying;
      await new Promise((done) => setTimeout(done, wait));
    }
    try {
      const reply = await post(id, text, replied);
      state.remove();
      showReply(reply, id);
      if (reply.custom.within) askWithin(reply.custom.within);
      if (reply.custom.handover) stand(reply.custom.handover);
      return;
    } catch { /* the network or the server is away: the same id is sent again */ }
  }
  state.className = "state bad";
  state.textContent = words().failed + " ";
  state.append(button(words().retry, () => { state.remove(); deliver(id, text, replied); }));
}

function identifier() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function send(text, replied = null) {
  document.getElementById("hello")?.remove();
  showMine(text, replied);
  deliver(identifier(), text, replied);
}

function showHello() {
  const hello = element("section", "bubble theirs");
  hello.id = "hello";
  hello.append(element("p", "", within.length ? words().helloWithin : words().hello));
  const row = element("div", "buttons");
  for (const example of (within.length ? EXAMPLES_WITHIN : EXAMPLES)[script]) row.append(button(example, () => send(example)));
  hello.append(row);
  add(hello);
}

function againHello() {
  if (!document.getElementById("hello")) return;
  document.getElementById("hello").remove();
  showHello();
}

function showWithin(documents) {
  within = documents;
  const bar = document.getElementById("within");
  bar.hidden = !within.length;
  bar.querySelector("p").textContent = within.length ? words().within + within.map((held) => held[script]).join("、") : "";
  if (!within.length) history.replaceState(null, "", location.pathname); // the link narrows no more when the page is loaded again
  againHello();
}

async function narrow(keys) {
  const headers = { "Content-Type": "application/json" };
  const changed = { method: "PUT", headers, body: JSON.stringify({ documents: keys }) };
  const response = await fetch("/chat/documents", keys ? changed : {}).catch(() => null);
  const body = response && await response.json().catch(() => null);
  if (!response?.ok) {
    if (keys) add(element("p", "state bad", words().notNarrowed)); // it must not look narrowed, or widened, while it is not
    return;
  }
  showWithin(body.documents);
  if (body.unknown.length) add(element("p", "bubble theirs note", words().notHeld + body.unknown.join("、")));
}

// What a reply says that it was narrowed to, where the page does not know of it yet.
function askWithin(told) {
  if (told.map(({ key }) => key).join() !== within.map(({ key }) => key).join()) narrow();
}

function fillTitle() {
  document.title = unread ? `(${unread}) ${words().news} · ${words().name}` : words().name;
}

function fillWords() {
  document.documentElement.lang = script === "hant" ? "zh-Hant" : "zh-Hans";
  fillTitle();
  for (const node of document.querySelectorAll("[data-words]")) node.textContent = words()[node.dataset.words];
  document.getElementById("script").textContent = words().other;
  input.placeholder = words().placeholder;
}

function grow() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  grow();
  const replied = repliesTo;
  endReply();
  send(text, replied);
});
input.addEventListener("input", grow);
input.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) endReply();
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
document.getElementById("script").addEventListener("click", () => {
  script = script === "hant" ? "hans" : "hant";
  localStorage.setItem("script", script);
  fillWords();
  stand(handover);
  showWithin(within);
});
document.getElementById("forget").addEventListener("click", async () => {
  if (!confirm(words().confirm)) return;
  const response = await fetch("/chat/history", { method: "DELETE" }).catch(() => null);
  if (!response?.ok) { // it must not look deleted while it is not
    add(element("p", "state bad", words().notForgotten));
    return;
  }
  log.replaceChildren();
  answers.clear();
  endReply();
  lastNotice = 0;
  stand(null);
  showHello();
  showWithin([]);
});
document.getElementById("person").addEventListener("click", () => send(words().person));
document.querySelector("#standing button").addEventListener("click", () => send(words().takeBack));
document.querySelector("#within button").addEventListener("click", () => { narrow([]); input.focus(); });
replying.querySelector("button").addEventListener("click", () => { endReply(); input.focus(); });
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  fillTitle();
  askForNotices();
});

fillWords();
const response = await fetch("/chat/history").catch(() => null);
const kept = response?.ok ? await response.json() : { messages: [], notices: [], handover: null };
const turns = [
  ...kept.messages.map((message) => ({ at: message.received_at, message })),
  ...kept.notices.map((notice) => ({ at: notice.written_at, notice })),
];
if (!turns.length) showHello();
for (const { message, notice } of turns.sort((one, other) => one.at - other.at)) {
  if (notice) {
    showNotices([notice]);
    continue;
  }
  showMine(message.text, message.in_reply_to);
  if (message.reply) showReply(message.reply, message.id);
  else deliver(message.id, message.text, message.in_reply_to);
}
stand(kept.handover);
input.focus();
const linked = new URLSearchParams(location.search).getAll("d");
narrow(linked.length ? linked : undefined);
