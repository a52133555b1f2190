const { el, text } = dateline;
dateline.fill(element);
const dialog = element.querySelector("dialog");
const find = (selector) => dialog.querySelector(selector);
const wide = matchMedia("(min-width: 1100px)");
let opener = null;
let latest = 0;
let tidied = true; // after it was closed
let shown = null; // { id, places }: the article that is drawn, and the places marked in it
let now = null; // the place it is open at
let steps = []; // the citations of the answer it was opened from

// --- which places are cited

const same = (one, other) => ["article", "start", "end"].every((name) => one[name] === other[name]);
const answered = () => (dateline.turns || []).filter((turn) => turn.state === "answered");

// The citations of an answer in the order of their numbers; where nothing was found, the nearest passages.
const cites = (turn) => {
  const all = turn.found ? [...turn.citations, ...turn.timeline.flatMap((row) => row.citations)] : turn.nearest;
  return all.filter((one, index) => all.findIndex((other) => same(one, other)) === index)
    .sort((one, other) => one.number - other.number);
};

const stepsFrom = (place, from) => {
  const log = from && from.closest && from.closest(".turn");
  const own = log && (dateline.turns || [])[[...log.parentElement.children].indexOf(log)];
  const turns = [own, ...answered().reverse()].filter((turn) => turn && turn.state === "answered");
  return turns.map(cites).find((found) => found.some((cite) => same(cite, place))) || [];
};

const placesIn = (article) =>
  answered().flatMap(cites).filter((cite) => cite.article === article && cite.start < cite.end);

// --- drawing

const marked = (part) => {
  if (typeof part === "string") return part;
  const node = el("mark", { className: "also" }, part.text);
  node.places = part.in;
  return node;
};

const facts = (article) => [
  article.author ? el("span", { className: "author", dir: "auto" }, text("reader.by", { author: article.author })) : null,
  el("span", {}, article.date),
  article.updated ? el("span", {}, text("reader.updated", { date: article.updated })) : null,
  el("span", {}, text("reader.words", { count: article.words })),
  article.language ? el("span", {}, languageName(article.language)) : null,
].filter(Boolean);

const languageName = (tag) => {
  try {
    return new Intl.DisplayNames([dateline.language], { type: "language" }).of(tag) || tag;
  } catch {
    return tag; // no language tag
  }
};

const copy = (article) =>
  el("li", {}, el("button", { type: "button", className: "plain", dir: "auto", title: article.title,
    onclick: () => open({ article: article.id, start: 0, end: 0 }, opener) }, article.outlet),
  ` ${article.date}`);

const fill = (article) => {
  const known = article || { title: text("reader.gone"), paragraphs: [], joined: [], copies: [] };
  const joined = new Set(known.joined);
  find("h2").textContent = known.title;
  find(".kicker").replaceChildren(...(article ? [el("bdi", {}, known.outlet),
    known.section ? el("bdi", { className: "section" }, known.section) : null].filter(Boolean) : []));
  find(".facts").replaceChildren(...(article ? facts(article) : [text("reader.gone-why")]));
  find(".links").replaceChildren(...(known.link
    ? [el("a", { href: known.link, target: "_blank", rel: "noopener noreferrer" }, text("reader.original"),
      el("span", { className: "unseen" }, ` ${text("reader.new-tab")}`))] : []));
  const more = known.more_copies || 0;
  find(".copies").hidden = !known.copies.length;
  find(".copies").replaceChildren(el("p", {}, text("reader.copies", { count: known.copies.length + more })),
    el("ul", {}, ...known.copies.map(copy), more ? el("li", {}, text("reader.more-copies", { count: more })) : ""));
  const body = find(".text");
  body.dir = known.dir || "auto";
  body.lang = known.language || "";
  find("h2").lang = body.lang;
  cut(body, known.paragraphs, joined);
  find(".quote").hidden = find(".seek").hidden = !article;
};

// A text is drawn in pieces of a hundred paragraphs, or some 40,000 letters: those with marks when they are needed, the others when there is
// time. Their heights are guessed first, so that what is drawn later moves nothing.
const A_PIECE = 100;
const LETTERS = 40000;
let pieces = [];
const cut = (body, paragraphs, joined) => {
  const letters = paragraphs.map((parts) => parts.reduce((sum, part) => sum + (part.text || part).length, 0));
  const starts = [];
  let held = LETTERS;
  letters.forEach((count, index) => {
    if (held >= LETTERS || index - starts[starts.length - 1] >= A_PIECE) { starts.push(index); held = 0; }
    held += count;
  });
  const room = body.clientWidth || 560;
  pieces = starts.map((start, index) => {
    const own = paragraphs.slice(start, starts[index + 1]);
    const height = letters.slice(start, starts[index + 1]).reduce((sum, count) => sum + Math.ceil((count * 8.6) / room) * 30 + 18, 0);
    const node = el("div", { className: "piece", style: `contain-intrinsic-height: auto ${height}px` });
    const draw = () => {
      if (node.firstChild) return;
      node.append(...own.map((parts, at) =>
        el("p", { className: joined.has(start + at) ? "joined" : "" }, ...parts.map(marked))));
    };
    const places = new Set(own.flatMap((parts) => parts.flatMap((part) => part.in || [])));
    return { node, draw, places };
  });
  body.replaceChildren(...pieces.map((piece) => piece.node));
};
const drawAll = () => pieces.forEach((piece) => piece.draw());
const drawInTime = (own) => {
  const left = own.find((piece) => !piece.node.firstChild);
  if (!left || own !== pieces) return;
  left.draw();
  setTimeout(() => drawInTime(own), 10);
};
window.addEventListener("beforeprint", drawAll);

// Mark the words it is open at, and more quietly the other cited places; show them.
const point = () => {
  const at = shown ? shown.places.findIndex((place) => place.start === now.start && place.end === now.end) : -1;
  const needed = pieces.findIndex((piece) => piece.places.has(at));
  pieces.slice(Math.max(needed - 1, 0), Math.max(needed, 0) + 2).forEach((piece) => piece.draw());
  find(".text").querySelectorAll("mark").forEach((mark) => {
    const here = mark.places.includes(at);
    mark.className = here ? "here" : "also";
    mark.closest("p").classList.remove("cited");
  });
  const here = [...find(".text").querySelectorAll("mark.here")];
  here.forEach((mark) => mark.closest("p").classList.add("cited"));
  if (!here.length) find(".page").scrollTop = 0;
  else {
    const center = () => here[0].isConnected && here[0].scrollIntoView({ block: "center" });
    center();
    requestAnimationFrame(center); // what comes into view is only then laid out, and moves the words
  }
  const step = steps.findIndex((cite) => same(cite, now));
  find(".steps").hidden = step < 0;
  find(".step").textContent = step < 0 ? "" : text("reader.step", { number: step + 1, count: steps.length });
  find(".back").disabled = step <= 0;
  find(".on").disabled = step >= steps.length - 1;
  if (!find(".citing").hidden) cite();
};

const open = async ({ article, start, end }, from) => {
  const turn = ++latest;
  now = { article, start, end };
  opener = from;
  const places = [now, ...placesIn(article)].map((place) => ({ start: place.start, end: place.end }));
  const found = await server.open_article({ article, places: places.map((place) => [place.start, place.end]) });
  if (turn !== latest) return; // another one was chosen meanwhile
  shown = found && { id: article, places };
  fill(found);
  seek("");
  if (!found) unfold(find(".quote"), false);
  show();
  point();
  find(".page").focus({ preventScroll: true });
  setTimeout(() => drawInTime(pieces), 100);
};

const step = (by) => {
  const next = steps[steps.findIndex((cite) => same(cite, now)) + by];
  if (!next) return;
  const drawn = shown && shown.id === next.article
    && shown.places.some((place) => place.start === next.start && place.end === next.end);
  if (!drawn) return void open(next, opener);
  now = { article: next.article, start: next.start, end: next.end };
  point();
};

// --- beside the chat where there is room, else over it

const show = () => {
  const beside = wide.matches;
  if (dialog.open && dialog.classList.contains("beside") === beside) return;
  const moved = dialog.open;
  if (moved) dialog.close();
  dialog.classList.toggle("beside", beside);
  tidied = false;
  if (beside) dialog.show();
  else dialog.showModal();
  if (moved) point();
};
wide.addEventListener("change", () => dialog.open && show());

// --- finding words: ranges that the browser paints, so that the text itself stays as it is

let hits = [];
let hit = 0;
const paint = (name, ranges) => {
  if (!window.CSS || !CSS.highlights) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
};

const MOST_HITS = 1000;
const hitsIn = (paragraph, pattern) => {
  const nodes = [...paragraph.childNodes].map((node) => node.firstChild || node);
  return [...paragraph.textContent.matchAll(pattern)].map((match) => {
    const range = document.createRange();
    let passed = 0;
    for (const node of nodes) {
      const low = match.index - passed;
      const high = low + match[0].length;
      if (low >= 0 && low < node.length) range.setStart(node, low);
      if (high > 0 && high <= node.length) { range.setEnd(node, high); break; }
      passed += node.length;
    }
    return range;
  });
};

const seek = (words) => {
  hits = [];
  hit = 0;
  if (words.trim()) {
    const pattern = new RegExp(words.trim().replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+"), "giu");
    drawAll();
    for (const paragraph of find(".text").querySelectorAll("p")) {
      hits.push(...hitsIn(paragraph, pattern));
      if (hits.length > MOST_HITS) break;
    }
  } else find(".sought").value = words;
  turnTo(0);
};

const turnTo = (index) => {
  const count = Math.min(hits.length, MOST_HITS);
  hit = count ? (index + count) % count : 0;
  paint("found", hits.slice(0, MOST_HITS));
  paint("found-here", hits.slice(hit, hit + 1));
  find(".hits").textContent = !find(".sought").value.trim() ? "" : !count ? text("reader.no-hit")
    : text(hits.length > MOST_HITS ? "reader.hits-more" : "reader.hits", { number: hit + 1, count });
  if (count) {
    const at = hits[hit].startContainer.parentElement;
    at.closest("p").scrollIntoView({ block: "nearest" });
    const box = hits[hit].getBoundingClientRect();
    const page = find(".page");
    page.scrollTop += box.top - page.getBoundingClientRect().top - page.clientHeight / 3;
  }
};

let typing = 0;
find(".sought").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => seek(find(".sought").value), 120);
});
find(".finding").addEventListener("submit", (event) => { event.preventDefault(); turnTo(hit + 1); });
find(".up").addEventListener("click", () => turnTo(hit - 1));

// --- citing

let form = "plain";
const cite = async () => {
  const wanted = now;
  const forms = await server.cite_article(wanted);
  if (wanted !== now || !forms) return;
  find(".citing").forms = forms;
  pick(form);
};
const pick = (name) => {
  form = name;
  find(".kinds").querySelectorAll("button").forEach((button) =>
    button.setAttribute("aria-pressed", String(button.dataset.form === name)));
  find(".cited-as").value = (find(".citing").forms || {})[name] || "";
  find(".copied").textContent = "";
};
find(".kinds").addEventListener("click", (event) => event.target.dataset.form && pick(event.target.dataset.form));
find(".copy").addEventListener("click", async () => {
  const box = find(".cited-as");
  try {
    await navigator.clipboard.writeText(box.value);
  } catch { // without https, or without leave: what is selected can still be copied
    box.select();
    if (!document.execCommand("copy")) return void (find(".copied").textContent = text("reader.copy-yourself"));
  }
  find(".copied").textContent = text("reader.copied");
});

// --- buttons and keys

const folds = { seek: ".finding", quote: ".citing" };
const unfold = (button, on) => {
  const panel = find(button.matches(".seek") ? folds.seek : folds.quote);
  button.setAttribute("aria-expanded", String(on));
  panel.hidden = !on;
  if (on && button.matches(".quote")) cite();
  if (on && button.matches(".seek")) find(".sought").focus();
  if (!on && button.matches(".seek")) seek("");
};
[find(".seek"), find(".quote")].forEach((button) =>
  button.addEventListener("click", () => unfold(button, button.getAttribute("aria-expanded") !== "true")));
find(".back").addEventListener("click", () => step(-1));
find(".on").addEventListener("click", () => step(1));

// Only while the article has the focus: elsewhere these letters are the chat's.
const inside = () => dialog.open && dialog.contains(document.activeElement);
dateline.shortcut("n", "keys.next-citation", () => step(1), inside);
dateline.shortcut("p", "keys.previous-citation", () => step(-1), inside);
dateline.shortcut("f", "reader.find-in", () => unfold(find(".seek"), true), inside);
const tidy = () => {
  tidied = true;
  latest += 1;
  [find(".seek"), find(".quote")].forEach((button) => unfold(button, false));
  if (opener && opener.isConnected) opener.focus();
};
// At once, not when the browser tells of it: by then the person may have gone on to something else.
const shut = () => {
  dialog.close();
  tidy();
};
const escape = (event) => {
  event.preventDefault();
  event.stopPropagation();
  const folded = [find(".seek"), find(".quote")].find((button) => button.getAttribute("aria-expanded") === "true");
  if (!folded) shut();
  else { unfold(folded, false); folded.focus(); }
};
dialog.addEventListener("keydown", (event) => event.key === "Escape" && escape(event));
dialog.addEventListener("cancel", escape); // Escape while nothing has the focus, or a telephone's way back
dialog.addEventListener("close", () => dialog.open || tidied || tidy()); // a second time the browser does not ask
dialog.addEventListener("click", (event) => {
  if (event.target === dialog && !dialog.classList.contains("beside") || event.target.closest(".close")) shut();
});

dateline.on("open", ({ detail }) => {
  steps = stepsFrom(detail.place, detail.opener);
  open(detail.place, detail.opener);
});
