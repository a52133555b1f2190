const { el } = dateline;
const log = element.querySelector(".turns");

const marker = (source) =>
  el("button", { type: "button", className: "marker", "aria-label": `Source ${source.number}: ${source.title}`,
    title: `${source.outlet}, ${source.date}`,
    onclick: (event) => dateline.openArticle(source, event.currentTarget) }, String(source.number));

const markers = (sources) => el("span", { className: "markers" }, ...sources.map(marker));

const other = (value) =>
  el("li", {},
    el("p", { className: "value", dir: "auto" }, value.text, " ", markers(value.citations)),
    el("p", { className: "meta" }, value.date),
    el("p", { className: "meta", dir: "auto" }, value.outlets));

const others = (values) =>
  values.length
    ? el("section", { className: "others", "aria-label": "Other articles say otherwise" },
      el("h3", {}, "Other articles say otherwise"), el("ul", {}, ...values.map(other)))
    : null;

// Short answers are set as large as a headline; a long passage would shout.
const size = (text) => (text.length <= 60 ? "short" : text.length <= 180 ? "middle" : "long");

// The sources panel shows those of one turn: the newest, or the one that was asked for.
const show = (turn, node) => {
  log.querySelectorAll(".shown").forEach((other) => other.classList.remove("shown"));
  if (node) node.classList.add("shown");
  dateline.send("sources", turn);
};

const quiet = (turn) =>
  el("p", { className: "quiet" },
    turn.searched ? el("span", { dir: "auto" }, `Searched for: ${turn.searched}`) : null,
    el("span", {}, turn.seconds),
    el("button", { type: "button", className: "plain show", onclick: (event) => show(turn, event.target.closest(".turn")) },
      turn.found ? "Show its sources" : "Show the nearest passages"));

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
  others(turn.others),
];

const notFound = (turn) => [
  el("p", { className: "answer unknown" }, turn.text),
  turn.reason && turn.reason !== turn.text ? el("p", { className: "byline" }, turn.reason) : null,
];

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
