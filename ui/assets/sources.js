const { el } = dateline;
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
      "aria-label": `Open ${source.title} at these words` }, source.title)));
};

const group = (heading, sources) =>
  el("div", {}, heading ? el("h3", { dir: "auto" }, heading) : null, el("ol", {}, ...sources.map(card)));

const groups = (turn) =>
  turn.found
    ? [group(turn.timeline.length ? turn.text : null, turn.sources),
      ...turn.timeline.filter((row) => !row.leads).map((row) =>
        group(`${row.text} · ${row.date || "date unknown"}`, row.citations))]
    : [group(null, turn.nearest)];

const draw = (turn) => {
  const shown = turn && (turn.found ? turn.citations.length : turn.nearest.length);
  panel.hidden = !shown;
  if (!shown) return;
  panel.querySelector("h2").textContent = turn.found ? "Sources" : "Nearest passages";
  panel.querySelector(".for").textContent = turn.question;
  panel.querySelector(".cards").replaceChildren(...groups(turn));
};
dateline.on("sources", (event) => draw(event.detail));
