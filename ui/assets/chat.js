const { el } = dateline;
const log = element.querySelector(".turns");

const marker = (source) =>
  el("button", { type: "button", className: "marker", "aria-label": `Source ${source.number}: ${source.title}`,
    title: `${source.outlet}, ${source.date}`,
    onclick: (event) => dateline.openArticle(source, event.currentTarget) }, String(source.number));

const markers = (sources) => el("span", { className: "markers" }, ...sources.map(marker));

// A disclosure of the browser's own: by keyboard and for a screen reader it is what it says.
const sentences = (row) =>
  el("details", {},
    el("summary", {}, row.citations.length > 1 ? "Sentences" : "Sentence",
      el("span", { className: "unseen" }, ` that ${row.citations.length > 1 ? "say" : "says"} ${row.text}`)),
    ...row.citations.map((source) =>
      el("blockquote", {}, el("p", { dir: "auto" }, ...dateline.segments(source.sentence)),
        el("p", { className: "meta", dir: "auto" }, `${source.title}. ${source.outlet}, ${source.date}`))));

const row = (value) =>
  el("li", value.leads ? { className: "leads", "aria-current": "true" } : {},
    value.date ? el("p", { className: "when" }, value.date) : null,
    el("div", { className: "what" },
      value.relation ? el("p", { className: "relation" }, value.relation) : null,
      el("p", { className: "value", dir: "auto" }, value.text, " ", markers(value.citations)),
      el("p", { className: "meta", dir: "auto" },
        value.leads ? el("span", { className: "tag" }, "The answer") : null,
        [value.outlets, value.support].filter(Boolean).join(" · ")),
      sentences(value)));

const rows = (values, name) => el("ol", { role: "list", "aria-label": name }, ...values.map(row));

const timeline = (values) => {
  if (!values.length) return null;
  const dated = values.filter((value) => value.date);
  const undated = values.filter((value) => !value.date);
  const name = dated.length ? "What the articles say, newest first" : "What the articles say";
  return el("section", { className: "timeline", "aria-label": name },
    el("h3", {}, name),
    dated.length ? rows(dated, "By date, newest first") : null,
    undated.length ? el("h4", {}, "Date unknown") : null,
    undated.length ? rows(undated, "Date unknown") : null);
};

// Short answers are set as large as a headline; a long passage would shout.
const size = (text) => (text.length <= 60 ? "short" : text.length <= 180 ? "middle" : "long");

// The sources panel shows those of one turn: the newest, or the one that was asked for.
const show = (turn, node) => {
  log.querySelectorAll(".shown").forEach((other) => other.classList.remove("shown"));
  if (node) node.classList.add("shown");
  dateline.send("sources", turn);
};

// Put a question into the box, to be corrected there and asked.
const correct = (question) => {
  const box = document.querySelector("#question textarea");
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  box.setSelectionRange(question.length, question.length);
};

const searched = (turn) =>
  el("span", { dir: "auto" }, `Searched for: ${turn.searched} `,
    el("button", { type: "button", className: "plain", "aria-label": "Change what is searched for",
      onclick: () => correct(turn.searched) }, "Change"));

const quiet = (turn) =>
  el("p", { className: "quiet" },
    turn.searched ? searched(turn) : null,
    turn.dates ? el("span", { dir: "auto" }, `Dates asked about: ${turn.dates}`) : null,
    turn.filters ? el("span", { dir: "auto" }, `Filtered: ${turn.filters}`) : null,
    el("span", {}, turn.seconds),
    el("button", { type: "button", className: "plain show", onclick: (event) => show(turn, event.target.closest(".turn")) },
      turn.found ? "Show its sources" : "Show the nearest passages"));

// What the filters kept out, or at least that they may have.
const outside = (turn) => {
  if (!turn.hidden && (turn.found || !turn.filters)) return null;
  const { hidden } = turn;
  const title = hidden && el("button", { type: "button", className: "plain", dir: "auto",
    onclick: (event) => dateline.openArticle({ article: hidden.article, start: 0, end: 0 }, event.currentTarget) },
  hidden.title);
  return el("div", { className: "outside" },
    hidden ? el("p", {}, "Outside your filters, ", title, ` (${hidden.date}) says: `, el("strong", { dir: "auto" }, hidden.text)) : null,
    el("p", {}, el("button", { type: "button", className: "choice", onclick: () => trigger("ask", { question: turn.asked, unfiltered: true }) },
      "Ask without filters")));
};

const WHICH = "Which one do you mean?";
const readings = (turn) =>
  turn.readings.length
    ? el("div", { className: "readings", role: "group", "aria-label": WHICH },
      turn.found ? el("h3", {}, WHICH) : null,
      ...turn.readings.map((reading) =>
        el("button", { type: "button", className: "choice", dir: "auto", title: reading.question,
          onclick: () => trigger("ask", { question: reading.question }) }, reading.label)))
    : null;

// Each sentence of a summary, or item of a list, stands by itself with its own source.
const part = (item) =>
  el("li", {}, el("span", { className: "part", dir: "auto" }, item.text), " ", markers(item.citations));

const parts = (turn) =>
  turn.form === "summary"
    ? el("ol", { className: "answer long parts", "aria-label": "Summary" }, ...turn.parts.map(part))
    : el("ul", { className: "answer middle parts", "aria-label": "Items" }, ...turn.parts.map(part));

const words = (turn) =>
  el("p", { className: `answer ${size(turn.text)}`, dir: "auto" }, turn.text, " ", markers(turn.citations));

const found = (turn) => [
  turn.parts.length ? parts(turn) : words(turn),
  el("p", { className: "byline", dir: "auto" }, turn.byline),
  outside(turn),
  timeline(turn.timeline),
  readings(turn),
];

const notFound = (turn) => {
  const said = turn.readings.length ? WHICH : turn.text;
  return [
    el("p", { className: "answer unknown" }, said),
    turn.missing ? el("p", { className: "missing", dir: "auto" }, turn.missing) : null,
    turn.reason && turn.reason !== said ? el("p", { className: "byline", dir: "auto" }, turn.reason) : null,
    readings(turn),
    outside(turn),
  ];
};

const problem = (turn) => [
  el("p", { className: "problem", dir: "auto" }, turn.problem),
  el("p", { className: "quiet" }, el("button", { type: "button", className: "plain",
    onclick: () => trigger("ask", { question: turn.question }) }, "Ask again")),
];

const body = {
  waiting: () => [el("p", { className: "waiting" }, "Looking through the articles…")],
  problem,
  answered: (turn) => [...(turn.found ? found(turn) : notFound(turn)), quiet(turn)],
};

const exchange = (turn) =>
  el("article", { className: `turn ${turn.state}` },
    el("h2", { className: "asked", dir: "auto" }, turn.question),
    ...body[turn.state](turn));

// Only turns that changed are drawn anew, so that focus stays and a screen reader hears just the news.
const draw = () => {
  const turns = props.value || [];
  dateline.turns = turns; // the reader steps through their citations
  const drawn = [...log.children];
  drawn.slice(turns.length).forEach((node) => node.remove());
  turns.forEach((turn, index) => {
    const key = JSON.stringify(turn);
    if (drawn[index] && drawn[index].key === key) return;
    const node = exchange(turn);
    node.key = key;
    if (drawn[index]) drawn[index].replaceWith(node);
    else log.append(node);
  });
  const last = turns[turns.length - 1];
  if (last && last.state === "answered") show(last, log.lastElementChild);
  else show(null, null);
  if (last) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    log.lastElementChild.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }
};
draw();
watch("value", draw);

// Gradio gives the two buttons in the question box no names, and draws them anew when they change.
const nameButtons = () => {
  for (const [kind, name] of [["submit", "Ask"], ["stop", "Stop"]]) {
    document.querySelector(`#question .${kind}-button`)?.setAttribute("aria-label", name);
  }
};
nameButtons();
new MutationObserver(nameButtons).observe(element.closest("#desk"), { childList: true, subtree: true });
