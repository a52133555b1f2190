const { el } = dateline;

const empty = (facts) => [
  el("h2", {}, "The archive is empty"),
  el("p", { className: "lead" }, "Put articles in it, then ask what they say."),
  el("ol", { className: "steps" },
    el("li", {}, "Here: ", el("button", { type: "button", className: "plain", onclick: () => trigger("show_articles", {}) },
      "add files"), " of text, Markdown, HTML, CSV or JSON Lines."),
    el("li", {}, "Or in a terminal: ",
      el("code", {}, `dateline ingest PATH --archive ${facts.folder}`))),
];

const example = (question) =>
  el("li", {}, el("button", { type: "button", className: "example", dir: "auto",
    onclick: () => trigger("ask", { question }) }, question));

const recent = (article) =>
  el("li", {},
    el("button", { type: "button", className: "headline", dir: "auto",
      onclick: (event) => dateline.openArticle({ article: article.id, start: 0, end: 0 }, event.currentTarget) },
    article.title),
    el("p", { className: "meta" }, `${article.outlet}, ${article.date}`));

const filled = (facts) => [
  el("h2", {}, "What do the articles say?"),
  el("p", { className: "lead" }, "Answers come in their own words, with the article and its date."),
  facts.examples.length
    ? el("div", { className: "examples" }, el("h3", {}, "For example"), el("ul", {}, ...facts.examples.map(example)))
    : null,
  el("div", { className: "recent" }, el("h3", {}, "Newest articles"), el("ul", {}, ...facts.newest.map(recent))),
];

const draw = () => {
  const facts = props.value;
  if (!facts) return;
  const parts = facts.articles ? filled(facts) : empty(facts);
  element.querySelector(".welcome").replaceChildren(...parts.filter(Boolean));
};
draw();
watch("value", draw);
