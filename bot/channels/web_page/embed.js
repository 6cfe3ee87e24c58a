// Puts the assistant into another site, as a button that opens it in a frame: one line of that site's page loads this (docs/embedding.md).
// Nothing of the site's own is read or changed, and its styles do not reach in here.
(() => {
  const WORDS = {
    hant: { ask: "問政策", title: "榕策問答", close: "關閉", lang: "zh-Hant" },
    hans: { ask: "问政策", title: "榕策问答", close: "关闭", lang: "zh-Hans" },
    en: { ask: "Ask about policies", title: "榕策問答 · Rongce", close: "Close", lang: "en" },
  };
  const STYLE = `
    :host { all: initial; }
    * { box-sizing: border-box; font: 16px/1.5 system-ui, sans-serif; }
    button { min-height: 44px; padding: 0 18px; border: 0; border-radius: 22px; background: #1f6b4a; color: #fff; cursor: pointer; }
    button:focus-visible { outline: 3px solid #1f6b4a; outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
    .open { position: fixed; z-index: 2147483646; right: 16px; bottom: 16px; box-shadow: 0 2px 10px #0005; }
    .window { position: fixed; z-index: 2147483647; right: 16px; bottom: 16px; width: min(420px, calc(100vw - 32px)); height: min(680px, calc(100dvh - 32px));
      display: flex; flex-direction: column; overflow: hidden; border: 1px solid #7d8d84; border-radius: 12px; background: #fff; box-shadow: 0 4px 24px #0006; }
    [hidden] { display: none; }
    .bar { display: flex; align-items: center; justify-content: space-between; padding-left: 14px; background: #1f6b4a; color: #fff; }
    .bar button:focus-visible { outline: 3px solid #fff; outline-offset: -4px; }
    iframe { flex: 1; width: 100%; border: 0; }
    @media (max-width: 480px) { .window { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; } }
    @media print { .open, .window { display: none; } }`;
  const own = document.currentScript;
  const script = own.dataset.script || (/hans|cn|sg/i.test(document.documentElement.lang || navigator.language) ? "hans" : "hant");
  const words = WORDS[/^en/i.test(document.documentElement.lang) ? "en" : script] || WORDS.hant;
  const address = new URL("/", own.src);
  address.searchParams.set("script", script);
  for (const key of (own.dataset.documents || "").split(/[\s,]+/).filter(Boolean)) address.searchParams.append("d", key);

  const host = document.createElement("aside");
  host.lang = words.lang;
  host.setAttribute("aria-label", words.title);
  const inside = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet(); // a site's own rules on styles do not forbid it
  sheet.replaceSync(STYLE);
  inside.adoptedStyleSheets = [sheet];

  const make = (tag, fields) => Object.assign(document.createElement(tag), fields);
  const open = make("button", { type: "button", className: "open", textContent: words.ask });
  const shown = make("section", { className: "window", hidden: true });
  const bar = make("div", { className: "bar" });
  const close = make("button", { type: "button", textContent: "✕" });
  const frame = make("iframe", { title: words.title, allow: "clipboard-write" });
  open.setAttribute("aria-expanded", "false");
  close.setAttribute("aria-label", words.close);
  shown.setAttribute("aria-label", words.title);
  bar.append(make("span", { textContent: words.title }), close);
  shown.append(bar, frame);
  inside.append(open, shown);

  function show(opened) {
    if (opened && !frame.src) frame.src = address; // nothing is asked of the assistant before somebody wants it
    shown.hidden = !opened;
    open.hidden = opened;
    open.setAttribute("aria-expanded", String(opened));
    (opened ? frame : open).focus();
  }
  open.addEventListener("click", () => show(true));
  close.addEventListener("click", () => show(false));
  inside.addEventListener("keydown", (event) => { if (event.key === "Escape") show(false); });
  const put = () => document.body.append(host);
  if (document.body) put();
  else addEventListener("DOMContentLoaded", put);
})();
