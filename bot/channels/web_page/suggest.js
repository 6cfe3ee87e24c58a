// What can be asked: chips about the last answer, which stay, and questions and clauses while somebody types.
import { button, langOf } from "./reply.js";

const WAIT = 150;
const input = document.getElementById("text");
const next = document.getElementById("next");
const typed = document.getElementById("typed");
let asking = null; // the request that is under way, or about to be
let waiting = 0;

// `offered` are questions; the row stands there until others come.
export function showNext(offered, label, voice, send) {
  next.hidden = !offered.length;
  next.lang = langOf(voice);
  next.setAttribute("aria-label", label);
  next.replaceChildren(...offered.map((text) => button(text, () => send(text))));
  next.scrollLeft = 0;
}

export function dropTyped() {
  clearTimeout(waiting);
  asking?.abort();
  typed.hidden = true;
}

// `page` says in which script it shows, what it calls the group, where it searches, and sends what is chosen.
export function suggestWhileTyping(page) {
  const look = () => {
    clearTimeout(waiting);
    asking?.abort();
    if (!input.value.trim() || input.value.includes("\n")) return dropTyped();
    waiting = setTimeout(() => ask(page), WAIT);
  };
  input.addEventListener("input", (event) => { if (!event.isComposing) look(); });
  input.addEventListener("compositionend", look);
  input.addEventListener("keydown", (event) => {
    if (typed.hidden || event.isComposing) return;
    if (event.key === "Escape") dropTyped();
    if (event.key === "ArrowUp") typed.lastElementChild.focus();
    if (event.key === "ArrowDown") typed.firstElementChild.focus();
    if (event.key.startsWith("Arrow") && typed.contains(document.activeElement)) event.preventDefault();
  });
  typed.addEventListener("keydown", (event) => {
    const at = document.activeElement;
    if (event.key === "ArrowUp") (at.previousElementSibling || input).focus();
    else if (event.key === "ArrowDown") (at.nextElementSibling || input).focus();
    else if (event.key === "Escape") { dropTyped(); input.focus(); } else return;
    event.preventDefault();
  });
}

async function ask(page) {
  asking = new AbortController();
  const { signal } = asking;
  const address = new URLSearchParams([["q", input.value.trim()], ...page.searched().map((key) => ["d", key])]);
  const found = await fetch(`/chat/suggestions?${address}`, { signal }).then((response) => (response.ok ? response.json() : null), () => null);
  if (!found || signal.aborted) return; // nothing is offered, and what is typed can be sent all the same
  const script = page.script();
  const offered = [
    ...found.clauses.map(({ title, ask: asks }) => [title[script], asks[script]]),
    ...found.questions.map((question) => [question[script], question[script]]),
  ].filter(([, sent]) => sent !== input.value.trim());
  typed.replaceChildren(...offered.map(([text, sent]) => button(text, () => page.choose(sent))));
  typed.setAttribute("aria-label", page.label());
  typed.hidden = !offered.length;
}
