// One turn of the chat as elements: the question, and what came of it. `act` holds what its buttons do:
// ask(question, unfiltered), edit, copy, link, watch, judge, show.
dateline.turnView = (() => {
  const { el, text } = dateline;

  const marker = (source) =>
    el("button", { type: "button", className: "marker",
      "aria-label": text("turn.source", { number: source.number, title: source.title }),
      title: `${source.outlet}, ${source.date}`,
      onclick: (event) => dateline.openArticle(source, event.currentTarget) }, String(source.number));

  const markers = (sources) => el("span", { className: "markers" }, ...sources.map(marker));

  // A disclosure of the browser's own: by keyboard and for a screen reader it is what it says.
  const sentences = (row) =>
    el("details", {},
      el("summary", {}, text("turn.sentences", { count: row.citations.length }),
        el("span", { className: "unseen" }, ` ${text("turn.sentences-that", { count: row.citations.length, value: row.text })}`)),
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
          value.leads ? el("span", { className: "tag" }, text("turn.leads")) : null,
          [value.outlets, value.support].filter(Boolean).join(" · ")),
        sentences(value)));

  const rows = (values, name) => el("ol", { role: "list", "aria-label": name }, ...values.map(row));

  const timeline = (values) => {
    if (!values.length) return null;
    const dated = values.filter((value) => value.date);
    const undated = values.filter((value) => !value.date);
    const name = text(dated.length ? "turn.timeline" : "turn.values");
    return el("div", { className: "timeline", role: "group", "aria-label": name },
      el("h3", {}, name),
      dated.length ? rows(dated, text("turn.by-date")) : null,
      undated.length ? el("h4", {}, text("turn.undated")) : null,
      undated.length ? rows(undated, text("turn.undated")) : null);
  };

  // Short answers are set as large as a headline; a long passage would shout.
  const size = (words) => (words.length <= 60 ? "short" : words.length <= 180 ? "middle" : "long");

  // Put a question into the box, to be corrected there and asked.
  const correct = (question) => dateline.send("type", question);

  const searched = (answer) =>
    el("span", { dir: "auto" }, text("turn.searched", { question: answer.searched }), " ",
      el("button", { type: "button", className: "plain", "aria-label": text("turn.change-label"),
        onclick: () => correct(answer.searched) }, text("turn.change")));

  const understood = (answer) =>
    answer.searched || answer.dates || answer.filters
      ? el("p", { className: "quiet" },
        answer.searched ? searched(answer) : null,
        answer.dates ? el("span", { dir: "auto" }, text("turn.dates", { dates: answer.dates })) : null,
        answer.filters ? el("span", { dir: "auto" }, text("turn.filtered", { filters: answer.filters })) : null)
      : null;

  // What the filters kept out, or at least that they may have.
  const outside = (answer, act) => {
    if (!answer.hidden && (answer.found || !answer.filters)) return null;
    const { hidden } = answer;
    const title = hidden && el("button", { type: "button", className: "plain", dir: "auto",
      onclick: (event) => dateline.openArticle({ article: hidden.article, start: 0, end: 0 }, event.currentTarget) },
    hidden.title);
    return el("div", { className: "outside" },
      hidden ? el("p", {}, text("turn.outside"), " ", title, ` ${text("turn.outside-says", { date: hidden.date })} `, el("strong", { dir: "auto" }, hidden.text)) : null,
      el("p", {}, el("button", { type: "button", className: "choice", onclick: () => act.ask(answer.asked, true) },
        text("turn.unfiltered"))));
  };

  const choices = (name, heading, list) =>
    el("div", { className: "readings", role: "group", "aria-label": name },
      heading ? el("h3", {}, name) : null, ...list);

  const readings = (answer, act) =>
    answer.readings.length
      ? choices(text("turn.which"), answer.found, answer.readings.map((reading) =>
        el("button", { type: "button", className: "choice", dir: "auto", title: reading.question,
          onclick: () => act.ask(reading.question) }, reading.label)))
      : null;

  // Each sentence of a summary, or item of a list, stands by itself with its own source.
  const part = (item) =>
    el("li", {}, el("span", { className: "part", dir: "auto" }, item.text), " ", markers(item.citations));

  // Sentences of an LLM, one after the other.
  const prose = (sentences) =>
    el("p", { className: "answer long prose", dir: "auto" },
      ...sentences.flatMap((sentence) => [el("span", { className: "part" }, sentence.text), " ", markers(sentence.citations), " "]));

  // What the articles do not say: struck through, and said to be so, since a line through words is not read out.
  const struck = (sentences) =>
    sentences?.length
      ? el("ul", { className: "struck", role: "list", "aria-label": text("turn.struck") }, ...sentences.map((sentence) =>
        el("li", { dir: "auto" }, el("span", { className: "unseen" }, `${text("turn.not-supported")} `),
          el("s", {}, sentence.text), " ", markers(sentence.citations), " ", el("span", { className: "why" }, sentence.why))))
      : null;

  const parts = (answer) =>
    answer.written ? prose(answer.parts) : answer.form === "summary"
      ? el("ol", { className: "answer long parts", "aria-label": text("turn.summary") }, ...answer.parts.map(part))
      : el("ul", { className: "answer middle parts", "aria-label": text("turn.items") }, ...answer.parts.map(part));

  const words = (answer) =>
    el("p", { className: `answer ${size(answer.text)}`, dir: "auto" }, answer.text, " ", markers(answer.citations));

  const confidence = ({ confidence }) =>
    confidence
      ? el("p", { className: `confidence ${confidence.level}`, dir: "auto" },
        confidence.words ? el("strong", { title: confidence.number }, confidence.words,
          el("span", { className: "unseen" }, ` (${confidence.number})`)) : null,
        confidence.words ? `: ${confidence.rests}` : confidence.rests)
      : null;

  const found = (answer, act) => [
    answer.parts.length ? parts(answer) : words(answer),
    answer.written ? el("p", { className: "byline", dir: "auto" }, answer.written) : null,
    answer.byline ? el("p", { className: "byline", dir: "auto" }, answer.byline) : null,
    answer.unwritten ? el("p", { className: "byline unwritten", dir: "auto" }, answer.unwritten) : null,
    struck(answer.struck),
    confidence(answer),
    outside(answer, act),
    timeline(answer.timeline),
    readings(answer, act),
  ];

  const notFound = (answer, act) => {
    const said = answer.readings.length ? text("turn.which") : answer.text;
    return [
      el("p", { className: "answer unknown" }, said),
      answer.missing ? el("p", { className: "missing", dir: "auto" }, answer.missing) : null,
      answer.reason && answer.reason !== said ? el("p", { className: "byline", dir: "auto" }, answer.reason) : null,
      readings(answer, act),
      outside(answer, act),
    ];
  };

  // --- the row of tools under an answer, and why it was judged wrong

  const reasons = (turn, act) => {
    const boxes = act.reasons.map((reason) => el("input", { type: "checkbox", value: reason }));
    const more = el("input", { type: "text", maxLength: 1000, dir: "auto", autocomplete: "off", "aria-label": text("judge.words") });
    more.placeholder = text("judge.words");
    return el("form", { className: "reasons", "aria-label": text("judge.why"),
      onsubmit: (event) => {
        event.preventDefault();
        act.judge("down", boxes.filter((box) => box.checked).map((box) => box.value), more.value);
      } },
    el("fieldset", {}, el("legend", {}, text("judge.why")),
      ...boxes.map((box) => el("label", {}, box, text(`judge.reason.${box.value}`)))),
    el("div", { className: "row" }, more, el("button", { type: "submit", className: "choice" }, text("judge.send"))));
  };

  const tools = (turn, act) => {
    const { answer, verdict } = turn;
    const thumb = (kind) => dateline.button(text(`judge.${kind}`), kind,
      () => act.judge(verdict === kind ? "none" : kind), { "aria-pressed": String(verdict === kind), className: `tool ${kind}` });
    return el("div", { className: "tools", role: "group", "aria-label": text("turn.tools") },
      dateline.button(text("turn.copy"), "copy", act.copy),
      dateline.button(text("turn.link"), "link", act.link),
      dateline.button(text("turn.edit"), "edit", act.edit),
      answer.form === "summary" ? null : dateline.button(text("turn.watch"), "watch", act.watch),
      thumb("up"), thumb("down"),
      el("span", { className: "took" }, answer.seconds),
      el("button", { type: "button", className: "plain show", onclick: act.show },
        text(answer.found ? "turn.show" : "turn.show-nearest")));
  };

  const body = {
    waiting: (turn) => {
      const articles = turn.searched?.articles;
      return [el("p", { className: "waiting" }, articles?.length
        ? text("turn.reading", { count: articles.length }) : text("turn.looking"))];
    },
    writing: (turn, act) => [
      turn.writing.parts.length ? prose(turn.writing.parts) : null,
      el("p", { className: "waiting", dir: "auto" }, text("turn.writing", { name: turn.writing.writer })),
      struck(turn.writing.struck),
      ...found(turn.answer, act),
    ],
    problem: (turn, act) => [
      el("p", { className: "problem", dir: "auto" }, turn.problem),
      el("p", { className: "quiet" },
        el("button", { type: "button", className: "plain", onclick: () => act.ask(turn.question) }, text("turn.again")),
        el("button", { type: "button", className: "plain", onclick: act.edit }, text("turn.edit"))),
    ],
    answered: (turn, act) => [
      ...(turn.answer.found ? found(turn.answer, act) : notFound(turn.answer, act)),
      understood(turn.answer),
      tools(turn, act),
      turn.explaining ? reasons(turn, act) : null,
      turn.suggestions?.length
        ? choices(text("turn.next"), true, turn.suggestions.map((question) =>
          el("button", { type: "button", className: "choice next", dir: "auto", onclick: () => act.ask(question) }, question)))
        : null,
    ],
  };

  return (turn, act) =>
    el("article", { className: `turn ${turn.state}`, tabIndex: -1 },
      el("h2", { className: "asked", dir: "auto" }, turn.question),
      ...body[turn.state](turn, act));
})();
