// A reply as it stands in the log. What it says is set as text, never as markup.
import { WORDS } from "./words.js";

const SHOWN_OF_A_LIST = 6;
const OPEN = ["waiting", "claimed"];
const TALK = ["smalltalk", "handoff"];
const EXCERPT = 60;
const LANGS = { hant: "zh-Hant", hans: "zh-Hans", en: "en" };
export const langOf = (voice) => LANGS[voice];

export function element(tag, classes, text) {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function button(text, action, classes = "") {
  const made = element("button", classes, text);
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}

export const openOf = (stage) => (OPEN.includes(stage) ? stage : null);

// The words around a reply: those of its language, in the script that is shown.
export const spokenIn = ({ custom }, script) => WORDS[custom.language === "en" ? "en" : script];

// What a reply to this reply begins with on the page; null for what nobody replies to.
export function excerptOf({ lines, custom }, script) {
  if (!custom.kind || TALK.includes(custom.kind)) return null;
  const quote = lines.find(({ name }) => name === "utter_quote");
  const text = quote?.[script].replace(/^[^「]*/, "") || lines.map((said) => said[script]).join(" ");
  return text.slice(0, EXCERPT);
}

// `turn` is {reply, id, byStaff, all, verdict}; `page` does what a press asks for.
export function replyBubble(turn, script, page) {
  const { reply, id, byStaff } = turn;
  const { custom } = reply;
  const spoken = spokenIn(reply, script);
  const bubble = element("article", byStaff ? "bubble theirs staff" : "bubble theirs");
  bubble.lang = langOf(custom.language === "en" ? "en" : script);
  const choices = (reply.choices || []).map(({ title, payload }) => ({ title: title[script], payload: payload[script] }));
  const titles = reply.lines.filter(({ name }) => name === "utter_choice").map((said) => said[script]);
  const lines = titles.length === choices.length ? reply.lines.filter(({ name }) => name !== "utter_choice") : reply.lines; // they are the buttons
  const kinds = (custom.parts || []).map(({ kind }) => kind);
  if (byStaff) bubble.append(element("p", "who", spoken.staff));
  if (turn.takenBack) {
    bubble.classList.add("taken-back");
    bubble.append(element("p", "note", spoken.tookBack));
  }
  let part = -1;
  for (const [place, said] of lines.entries()) {
    if (said.name === "utter_part") part += 1;
    if (said.name !== "utter_list_entry") bubble.append(line(said, script, kinds[part] ?? custom.kind));
    else if (lines[place - 1]?.name !== "utter_list_entry") bubble.append(list(lines, place, script, page, id));
  }
  shortened(turn, bubble, spoken);
  const rows = [askOn(turn, choices, titles, kinds, spoken, page), aside(turn, lines, kinds, script, spoken, page)];
  bubble.append(...rows.filter((row) => row.childElementCount));
  return bubble;
}

function line({ name, clause, ...said }, script, kind) {
  const text = said[script];
  if (name === "utter_part" || name === "utter_of_document") return element("h2", "part", text);
  if (/^utter_(document|changes|changes_renumbered)$/.test(name)) return element("h2", "card", text);
  if (name === "utter_chapter") return kind === "list" ? element("h2", "", text) : element("p", "card", text);
  if (name.startsWith("utter_document_")) return element("p", "card units", text);
  if (name === "utter_quote") return element("blockquote", "", text);
  if (name === "utter_units") return element("p", "units", text);
  if (name === "utter_citation" && clause) return linked(text, clause, script);
  if (name === "utter_citation" || name === "utter_dated" || name === "utter_list_source") return element("p", "small", text);
  if (/^utter_staff_(words|own|asks)$/.test(name)) return element("p", "own", text);
  if (/^utter_(no_)?(older_version|version_)/.test(name)) return element("p", "note", text);
  if (/^utter_not_stated|_(not_stated|different|exploratory|aim|encouraged)$/.test(name)) return element("p", "note", text);
  return element("p", "", text);
}

// A citation, which begins with its document's title, leads to the clause.
function linked(text, clause, script) {
  const from = Math.max(0, text.indexOf("《"));
  const told = element("p", "small", text.slice(0, from));
  const link = element("a", "", text.slice(from));
  link.href = `${clause.address}?script=${script}`;
  if (window.top !== window) link.target = "_blank";
  told.append(link);
  return told;
}

// The entries of a list from `place` on; each can be tapped.
function list(lines, place, script, page, id) {
  const made = element("ul", "entries");
  for (let at = place; lines[at]?.name === "utter_list_entry"; at += 1) {
    const said = lines[at];
    const entry = element("li");
    const ask = said.clause?.ask?.[script];
    if (ask) {
      const [before, after] = said[script].split(said.clause.place[script]);
      entry.append(before, button(said.clause.place[script], () => page.send(ask, id), "entry"), after);
    }
    else entry.textContent = said[script];
    made.append(entry);
  }
  return made;
}

function shortened(turn, bubble, spoken) {
  const entries = [...bubble.querySelectorAll(".entries > li")];
  if (turn.all || entries.length <= SHOWN_OF_A_LIST) return;
  for (const entry of entries.slice(SHOWN_OF_A_LIST)) entry.classList.add("later");
  const all = button(spoken.all, () => {
    turn.all = true;
    for (const entry of entries) entry.classList.remove("later");
    entries[SHOWN_OF_A_LIST].querySelector("button")?.focus();
    all.remove();
  }, "all");
  entries[SHOWN_OF_A_LIST - 1].closest("ul").after(all);
}

function saying(text, classes, page, id) {
  return button(text, () => page.send(text, id), classes);
}

// What can be asked on.
function askOn({ reply, id }, choices, titles, kinds, spoken, page) {
  const { custom, lines } = reply;
  const row = element("div", "buttons");
  choices.forEach(({ title, payload }, place) => {
    row.append(button(titles[place] ?? title, () => page.send(payload, id)));
  });
  if (kinds.length) row.append(...wholeClauses(custom, spoken, page));
  else if (givesOne(custom)) for (const word of spoken.buttons) row.append(saying(word, "", page, id));
  if (OPEN.includes(custom.handover)) row.append(saying(spoken.takeBack, "take-back", page, id));
  else if (isRefused(custom, kinds)) row.append(saying(spoken.person, "ask-person", page, id));
  if (lines.some(({ name }) => name === "utter_narrowed")) row.append(saying(spoken.widen, "", page, id));
  return row;
}

// What can be done with it otherwise.
function aside(turn, lines, kinds, script, spoken, page) {
  const { reply: { custom }, id, byStaff } = turn;
  const row = element("div", "buttons aside");
  const copied = copyOf(lines, script);
  if (copied) row.append(copyButton(copied, spoken));
  const judged = custom.answers?.length || custom.documents || isRefused(custom, kinds);
  if (id && judged && !byStaff) row.append(opinions(turn, spoken, page));
  const excerpt = id && excerptOf({ lines, custom }, script);
  if (excerpt) {
    const made = button(spoken.reply, () => page.startReply(id), "reply");
    made.setAttribute("aria-label", spoken.replyTo + excerpt);
    row.append(made);
  }
  return row;
}

const givesOne = (custom) => custom.answers?.length && !["list", "document"].includes(custom.kind);
const isRefused = (custom, kinds) => [custom.kind, ...kinds].includes("no_answer") && !custom.handover;

// Under several parts: "all of it" would not say of which, so each clause has a button of its own.
function wholeClauses(custom, spoken, page) {
  const clauses = new Map(custom.answers.filter(({ label }) => label).map((answer) => [answer.key, answer]));
  return [...clauses.values()].slice(0, SHOWN_OF_A_LIST).map(({ clause, label }) =>
    button(spoken.fullText + label, () => page.send(spoken.clause.replace("N", clause))));
}

// The document's words with units and citations, as they are pasted elsewhere; "" where there is no citation.
function copyOf(lines, script) {
  if (!lines.some(({ name }) => name === "utter_citation")) return "";
  const kept = lines.filter(({ name }) => /^utter_(quote|full_text|units|citation)$/.test(name));
  return kept.map((said) => said[script]).join("\n");
}

function copyButton(text, spoken) {
  const made = button(spoken.copy, async () => {
    const done = await navigator.clipboard.writeText(text).then(() => true, () => false);
    made.textContent = done ? spoken.copied : spoken.notCopied;
  });
  return made;
}

function opinions(turn, spoken, page) {
  const group = element("span", "opinions");
  group.append(...[["up", "👍"], ["down", "👎"]].map(([verdict, sign]) => {
    const made = button(sign, () => page.judge(turn, verdict));
    made.dataset.verdict = verdict;
    made.setAttribute("aria-label", spoken[verdict]);
    made.title = spoken[verdict];
    return made;
  }));
  const noted = element("span", "small noted");
  noted.setAttribute("role", "status");
  const why = element("span", "why");
  why.append(...Object.entries(spoken.reasons).map(([reason, text]) => button(text, () => page.judge(turn, "down", reason))));
  group.append(noted, why);
  showVerdict(group, turn, spoken);
  return group;
}

// After a "no help" it is asked why, until that is said.
function showVerdict(group, { verdict, why }, spoken) {
  for (const made of group.querySelectorAll("[data-verdict]")) made.setAttribute("aria-pressed", String(made.dataset.verdict === verdict));
  group.querySelector(".noted").textContent = why ? spoken.why : verdict ? spoken.noted : "";
  group.querySelector(".why").hidden = !why;
}

// Shows what somebody thinks of a reply that stands in the log.
export function judged(turn, script) {
  const group = turn.node.querySelector(".opinions");
  if (group) showVerdict(group, turn, spokenIn(turn.reply, script));
}
