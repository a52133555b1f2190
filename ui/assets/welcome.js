const { el, text } = dateline;

const empty = (facts) => [
  el("h2", {}, text("welcome.empty")),
  el("p", { className: "lead" }, text("welcome.empty-lead")),
  el("ol", { className: "steps" },
    el("li", {}, el("button", { type: "button", className: "plain", onclick: () => trigger("show_articles", {}) },
      text("welcome.add")), ` ${text("welcome.add-what")}`),
    el("li", {}, text("welcome.terminal"), " ",
      el("code", {}, `dateline ingest PATH --archive ${facts.folder}`))),
];

const example = (question) =>
  el("li", {}, el("button", { type: "button", className: "example", dir: "auto",
    onclick: () => dateline.send("ask", { question, taken: () => {} }) }, question));

const recent = (article) =>
  el("li", {},
    el("button", { type: "button", className: "headline", dir: "auto",
      onclick: (event) => dateline.openArticle({ article: article.id, start: 0, end: 0 }, event.currentTarget) },
    article.title),
    el("p", { className: "meta" }, `${article.outlet}, ${article.date}`));

const filled = (facts) => [
  el("h2", {}, text("welcome.heading")),
  el("p", { className: "lead" }, props.llm ? text("welcome.lead-llm", { name: props.llm }) : text("welcome.lead")),
  facts.examples.length
    ? el("div", { className: "examples" }, el("h3", {}, text("welcome.examples")), el("ul", {}, ...facts.examples.map(example)))
    : null,
  el("div", { className: "recent" }, el("h3", {}, text("welcome.newest")), el("ul", {}, ...facts.newest.map(recent))),
];

const draw = () => {
  const facts = props.value;
  if (!facts) return;
  const parts = facts.articles ? filled(facts) : empty(facts);
  element.querySelector(".welcome").replaceChildren(...parts.filter(Boolean));
};
draw();
watch("value", draw);
