// The chat page. Whatever a person or the server says is set as text, never as markup.
import { button, element, excerptOf, judged, langOf, openOf, replyBubble, spokenIn } from "./reply.js";
import { dropTyped, showNext, suggestWhileTyping } from "./suggest.js";
import { EXAMPLES, EXAMPLES_WITHIN, SCRIPTS, WORDS } from "./words.js";

const RETRIES = [1000, 2000, 4000, 8000, 15000];
const ASK_EVERY = 4000;
const ASK_LATER = 15000; // what a person answered may be corrected
const log = document.getElementById("log");
const form = document.getElementById("form");
const input = document.getElementById("text");
const replying = document.getElementById("replying");
const turns = []; // what stands in the log, in order: each {node, make()}, and makes itself anew when the script changes
const replies = new Map(); // the turn of each reply, by the id of the message answered
const tabs = new BroadcastChannel("conversation"); // the other tabs that show it
const preferred = navigator.languages.find((code) => /^(zh|en)\b/i.test(code)) || navigator.language;
let chosen = remembered("script"); // what the person pressed; null: each reply is in the script of what it answers
const link = new URLSearchParams(location.search);
let script = chosen || ["hant", "hans"].find((one) => one === link.get("script")) || (/hans|cn|sg/i.test(preferred) ? "hans" : "hant");
let english = (remembered("language") || (/^zh\b/i.test(preferred) ? "zh" : "en")) === "en";
let written = null; // the script that was written last
let about = null; // what is answered from
let repliesTo = null; // the id of the answer that what is typed replies to
let lastAnswer = null;
let within = []; // the documents that the conversation is narrowed to
let handover = null; // how it stands with the question that was handed over to a person
let lastGiving = null; // the turn of the last reply about which more can be asked
let lastNotice = 0;
let unread = 0;
let timer = 0;
const framed = window.top !== window;
const voice = () => (english ? "en" : script);
const words = () => WORDS[voice()];

// Where the browser keeps nothing (a frame in another site), the page works all the same.
function remembered(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function remember(name, value) {
  try { localStorage.setItem(name, value); } catch { /* it is chosen again next time */ }
}

function append(node) {
  log.append(node);
  node.scrollIntoView({ block: "nearest" });
  return node;
}

function add(turn) {
  turn.node = append(turn.make());
  turns.push(turn);
  return turn;
}

// The whole log anew, in another script or language; it is not read out again.
function again() {
  log.setAttribute("aria-live", "off");
  for (const turn of turns) {
    const made = turn.make();
    turn.node.replaceWith(made);
    turn.node = made;
  }
  requestAnimationFrame(() => requestAnimationFrame(() => log.setAttribute("aria-live", "polite")));
}

const page = { send, startReply, judge };
const scriptOf = (turn) => chosen || turn.written || script;

async function judge(turn, verdict, reason) {
  const body = JSON.stringify({ id: turn.id, verdict, ...(reason && { reason }) });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch("/chat/opinions", { method: "POST", headers, body }).catch(() => null);
  if (!response?.ok) return;
  turn.why = verdict === "down" && !reason; // here alone: another tab need not ask again
  showJudged(turn, verdict);
  tabs.postMessage({ judged: turn.id, verdict });
}

function showJudged(turn, verdict) {
  turn.verdict = verdict;
  judged(turn, scriptOf(turn));
}

// How a reply begins, and the words around it.
function quoted(id) {
  const turn = replies.get(id);
  const { custom } = turn.reply;
  const spoken = spokenIn(turn.reply, scriptOf(turn));
  return { told: spoken.replyTo + excerptOf(turn.reply, scriptOf(turn)), lang: langOf(custom.language === "en" ? "en" : scriptOf(turn)), spoken };
}

function startReply(id) {
  repliesTo = id;
  fillReplying();
  replying.hidden = false;
  input.focus();
}

function fillReplying() {
  if (!repliesTo) return;
  const { told, lang, spoken } = quoted(repliesTo);
  const [line, drop] = replying.children;
  line.textContent = told;
  drop.textContent = spoken.dropReply;
  replying.lang = lang;
}

function endReply() {
  repliesTo = null;
  replying.hidden = true;
  document.getElementById("replied").textContent = ""; // it describes the input, hidden or not
}

function showReply(reply, id = null, byStaff = false, verdict = null) {
  written = reply.written_in || written;
  const turn = { reply, id, byStaff, written, verdict, make: () => replyBubble(turn, scriptOf(turn), page) };
  if (id) replies.set(id, turn);
  lastAnswer = id;
  add(turn);
  if (reply.next?.length) lastGiving = turn;
  fillNext();
}

// What can be asked next: about the last answer, or the examples; before the first message these stand in the greeting.
function fillNext() {
  const offered = turns.some(({ node }) => node.id === "hello") ? [] : lastGiving?.reply.next.map((text) => text[scriptOf(lastGiving)]) || examples();
  showNext(offered, words().next, lastGiving?.reply.custom.language === "en" ? "en" : voice(), (text) => send(text));
}

const examples = () => (within.length ? EXAMPLES_WITHIN : EXAMPLES)[voice()];

function stand(stage) {
  const before = handover;
  if (document.activeElement?.closest(".ask-person, .take-back, #standing")) log.focus({ preventScroll: true });
  handover = openOf(stage);
  document.body.classList.toggle("handed-over", handover !== null);
  if (handover && !before) log.lastElementChild?.scrollIntoView({ block: "nearest" });
  document.querySelector("#standing p").textContent = handover ? words().standing[handover] : "";
  clearTimeout(timer);
  if (handover || lastNotice) timer = setTimeout(askForNotices, handover ? ASK_EVERY : ASK_LATER);
}

// What a person answered and took back must not be read as if it still held.
function takeBack(name) {
  const turn = replies.get(name);
  if (turn?.reply.custom.handover !== "ended") return;
  turn.takenBack = true;
  const made = turn.make();
  turn.node.replaceWith(made);
  turn.node = made;
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
  const named = replies.has(replied) && excerptOf(replies.get(replied).reply, script) && replied !== lastAnswer; // what replies to the last answer stands below it anyway
  return add({ make: () => mineBubble(text, named ? replied : null) });
}

function mineBubble(text, replied) {
  const bubble = element("article", "bubble mine", text);
  if (replied) {
    const { told, lang } = quoted(replied);
    const line = element("p", "replied", told);
    line.lang = lang;
    bubble.prepend(line);
  }
  return bubble;
}

async function post(id, text, replied) {
  const response = await fetch("/chat/messages", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id, text, ...(replied && { in_reply_to: replied }) }),
  });
  const body = await response.json();
  if (response.status >= 500) throw new Error(body.error);
  return response.ok ? body.reply : { lines: [{ name: "error", hant: body.error, hans: body.error }], custom: {} };
}

async function deliver(id, text, replied) {
  const state = element("p", "bubble theirs typing");
  state.append(element("span", "hidden", words().typing));
  append(state);
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
  const id = identifier();
  tabs.postMessage({ asked: id, text, replied });
  ask(id, text, replied);
}

function ask(id, text, replied) {
  dropHello();
  dropTyped();
  fillNext();
  showMine(text, replied);
  deliver(id, text, replied);
}

function helloBubble() {
  const hello = element("section", "bubble theirs");
  hello.id = "hello";
  hello.append(element("p", "", within.length ? words().helloWithin : words().hello));
  const row = element("div", "buttons");
  for (const example of examples()) row.append(button(example, () => send(example)));
  hello.append(row);
  return hello;
}

function showHello() {
  add({ make: helloBubble });
  fillNext();
}

function dropHello() {
  const hello = turns.findIndex(({ node }) => node.id === "hello");
  if (hello >= 0) turns.splice(hello, 1)[0].node.remove();
}

function showWithin(documents) {
  within = documents;
  const bar = document.getElementById("within");
  bar.hidden = !within.length;
  fillWithin();
  if (!within.length) history.replaceState(null, "", location.pathname); // the link narrows no more when the page is loaded again
  fillNext();
  const hello = turns.find(({ node }) => node.id === "hello");
  if (!hello) return;
  const made = hello.make();
  hello.node.replaceWith(made);
  hello.node = made;
}

function fillWithin() {
  document.querySelector("#within p").textContent = within.length ? words().within + within.map((held) => held[script]).join("、") : "";
}

async function narrow(keys) {
  const headers = { "Content-Type": "application/json" };
  const changed = { method: "PUT", headers, body: JSON.stringify({ documents: keys }) };
  const response = await fetch("/chat/documents", keys ? changed : {}).catch(() => null);
  const body = response && await response.json().catch(() => null);
  if (!response?.ok) {
    if (keys) append(element("p", "state bad", words().notNarrowed)); // it must not look narrowed, or widened, while it is not
    return;
  }
  showWithin(body.documents);
  if (keys) tabs.postMessage({ within: body.documents });
  if (body.unknown.length) add({ make: () => element("p", "bubble theirs note", words().notHeld + body.unknown.join("、")) });
}

// What a reply says that it was narrowed to, where the page does not know of it yet.
function askWithin(told) {
  if (told.map(({ key }) => key).join() !== within.map(({ key }) => key).join()) narrow();
}

function fillTitle() {
  document.title = unread ? `(${unread}) ${words().news} · ${words().name}` : words().name;
}

function fillWords() {
  document.documentElement.lang = langOf(voice());
  fillTitle();
  for (const node of document.querySelectorAll("[data-words]")) node.textContent = words()[node.dataset.words];
  const other = script === "hant" ? "hans" : "hant";
  for (const [id, text, lang] of [["script", SCRIPTS[other], langOf(other)], ["language", words().otherLanguage, english ? langOf(script) : "en"]]) {
    const made = document.getElementById(id);
    made.textContent = text;
    made.lang = lang;
  }
  log.setAttribute("aria-label", words().talk);
  input.placeholder = words().placeholder;
  fillHeld();
  fillWithin();
  fillReplying();
}

// Which document answers, and of which date it is.
function fillHeld() {
  if (!about) return;
  const day = about.issued_on && new Intl.DateTimeFormat(english ? "en-GB" : langOf(script), { dateStyle: "long", timeZone: "UTC" }).format(new Date(about.issued_on));
  const link = element("a", "", about.newest[script]);
  link.href = `${about.address}?script=${script}`;
  if (framed) link.target = "_blank";
  const [before, after] = words()[about.documents > 1 ? "heldMany" : "heldOne"].replace("COUNT", about.documents).split("NAME");
  document.getElementById("held").replaceChildren(before, link, after, day ? words().issued.replace("DATE", day) : "");
}

// In a frame of another site the browser asks nobody, so the page does.
function isSure() {
  if (!framed) return confirm(words().confirm);
  const sure = document.getElementById("sure");
  sure.showModal();
  return new Promise((done) => { sure.addEventListener("close", () => done(sure.returnValue === "yes"), { once: true }); });
}

function beginAnew() {
  log.replaceChildren();
  turns.length = 0;
  replies.clear();
  written = lastGiving = null;
  endReply();
  lastNotice = 0;
  stand(null);
  showHello();
  showWithin([]);
}

function change() {
  fillWords();
  again();
  fillNext();
  stand(handover);
}

async function askAbout() {
  const response = await fetch("/chat/about").catch(() => null);
  if (!response?.ok) return;
  about = await response.json();
  fillHeld();
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
  script = chosen = script === "hant" ? "hans" : "hant";
  remember("script", script);
  change();
});
document.getElementById("language").addEventListener("click", () => {
  english = !english;
  remember("language", english ? "en" : "zh");
  change();
});
document.getElementById("forget").addEventListener("click", async () => {
  if (!await isSure()) return;
  const response = await fetch("/chat/history", { method: "DELETE" }).catch(() => null);
  if (!response?.ok) { // it must not look deleted while it is not
    append(element("p", "state bad", words().notForgotten));
    return;
  }
  tabs.postMessage({ forgotten: true });
  beginAnew();
});
document.getElementById("person").addEventListener("click", () => send(words().person));
document.querySelector("#standing button").addEventListener("click", () => send(words().takeBack));
document.querySelector("#within button").addEventListener("click", () => { narrow([]); input.focus(); });
replying.querySelector("button").addEventListener("click", () => { endReply(); input.focus(); });
tabs.addEventListener("message", ({ data }) => {
  if (data.asked) ask(data.asked, data.text, data.replied); // the same id sent again: both tabs get the one reply
  if (data.judged && replies.has(data.judged)) showJudged(replies.get(data.judged), data.verdict);
  if (data.within) showWithin(data.within);
  if (data.forgotten) beginAnew();
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // while it was away, it was told nothing
suggestWhileTyping({
  script: () => script,
  label: () => words().typed,
  searched: () => within.map(({ key }) => key),
  choose: (text) => { input.value = ""; grow(); endReply(); send(text); input.focus(); },
});
for (const answer of document.querySelectorAll("#sure button")) answer.addEventListener("click", () => document.getElementById("sure").close(answer.value));
document.getElementById("print").addEventListener("click", () => window.print());
addEventListener("beforeprint", () => {
  const day = new Intl.DateTimeFormat(english ? "en-GB" : langOf(script), { dateStyle: "long" }).format(new Date());
  document.getElementById("printed").textContent = words().printed.replace("DATE", day);
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  fillTitle();
  askForNotices();
});

fillWords();
askAbout();
const response = await fetch("/chat/history").catch(() => null);
const kept = response?.ok ? await response.json() : { messages: [], notices: [], handover: null };
const earlier = [
  ...kept.messages.map((message) => ({ at: message.received_at, message })),
  ...kept.notices.map((notice) => ({ at: notice.written_at, notice })),
];
if (!earlier.length) showHello();
for (const { message, notice } of earlier.sort((one, other) => one.at - other.at)) {
  if (notice) {
    showNotices([notice]);
    continue;
  }
  showMine(message.text, message.in_reply_to);
  if (message.reply) showReply(message.reply, message.id, false, message.verdict);
  else deliver(message.id, message.text, message.in_reply_to);
}
stand(kept.handover);
input.focus();
const [linked, question] = [link.getAll("d"), link.get("q")?.trim()];
if (question) { // it is asked once: not again when the page is loaded again
  link.delete("q");
  history.replaceState(null, "", `${location.pathname}${link.size ? `?${link}` : ""}`);
}
await narrow(linked.length ? linked : undefined);
if (question) send(question.slice(0, input.maxLength));
