const { el, text } = dateline;
const panel = element.querySelector(".sources");

const numbers = (source) => (source.numbers || [source.number]).map((number) =>
  el("span", { className: "number" }, String(number)));

const card = (source) => {
  const open = (event) => {
    if (!String(getSelection())) dateline.openArticle(source, event.currentTarget.querySelector("button"));
  };
  return el("li", { className: "card", onclick: open },
    el("p", { className: "meta" }, ...numbers(source),
      el("span", { dir: "auto" }, source.outlet), el("span", { className: "date" }, source.date)),
    el("blockquote", { dir: "auto" }, ...dateline.segments(source.sentence)),
    el("p", { className: "title" }, el("button", { type: "button", className: "headline", dir: "auto",
      "aria-label": text("sources.open", { title: source.title }) }, source.title)));
};

const group = (heading, sources) =>
  el("div", {}, heading ? el("h3", { dir: "auto" }, heading) : null, el("ol", {}, ...sources.map(card)));

const groups = (turn) =>
  turn.found
    ? [group(turn.timeline.length && !turn.written ? turn.text : null, turn.sources),
      ...turn.timeline.filter((row) => !row.leads).map((row) =>
        group(`${row.text} · ${row.date || text("turn.undated")}`, row.citations))]
    : [group(null, turn.nearest)];

// While the answer is looked for: the articles that are read for it.
const reading = (article) =>
  el("li", { className: "card" },
    el("p", { className: "meta" }, el("span", { dir: "auto" }, article.outlet), el("span", { className: "date" }, article.date)),
    el("p", { className: "title" }, el("button", { type: "button", className: "headline", dir: "auto",
      onclick: (event) => dateline.openArticle({ article: article.article, start: 0, end: 0 }, event.currentTarget) }, article.title)));

const drawReading = ({ searching, question }) => {
  panel.hidden = !searching.articles.length;
  panel.querySelector("h2").textContent = text("sources.reading", { count: searching.articles.length });
  panel.querySelector(".for").textContent = question;
  panel.querySelector(".cards").replaceChildren(el("ol", { className: "reading" }, ...searching.articles.map(reading)));
};

const draw = (turn) => {
  if (turn?.searching) { drawReading(turn); return; }
  const shown = turn && (turn.found ? turn.citations.length : turn.nearest.length);
  panel.hidden = !shown;
  if (!shown) return;
  panel.querySelector("h2").textContent = text(turn.found ? "sources.name" : "sources.nearest");
  panel.querySelector(".for").textContent = turn.question;
  panel.querySelector(".cards").replaceChildren(...groups(turn));
};
dateline.on("sources", (event) => draw(event.detail));
