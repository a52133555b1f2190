// An answer as clean text, a link that asks it again, and a whole chat as Markdown, HTML or JSON. Nothing is sent
// anywhere: the browser has the chat and makes the file.
dateline.share = (() => {
  const { el, text } = dateline;

  const words = (segments) => segments.map((part) => part.text).join("");
  const byline = (source) => `${source.title}. ${source.outlet}, ${source.date}`;

  // The sources of an answer and of the values beside it, each sentence once, in the order of their numbers.
  const sources = (answer) => {
    const all = answer.found
      ? [...answer.sources, ...answer.timeline.filter((row) => !row.leads).flatMap((row) => row.citations)] : answer.nearest;
    return all.map((source) => ({ ...source, numbers: source.numbers || [source.number] }));
  };

  const numbered = (source) => source.numbers.map((number) => `[${number}]`).join("");

  const answerLines = (answer) =>
    answer.parts.length
      ? answer.parts.map((part) => `- ${part.text} ${part.citations.map((source) => `[${source.number}]`).join("")}`)
      : [answer.found ? `${answer.text} ${answer.citations.map((source) => `[${source.number}]`).join("")}` : answer.text];

  // What is not said in the answer itself: as of when, how sure, why not.
  const aside = (answer) => answer.found
    ? [answer.written, answer.byline, answer.confidence && [answer.confidence.words, answer.confidence.rests].filter(Boolean).join(": ")]
    : [answer.missing, answer.reason !== answer.text ? answer.reason : null];

  const otherLines = (answer) => answer.timeline.filter((row) => !row.leads).map((row) =>
    `- ${[row.date, row.relation].filter(Boolean).join(", ") || text("turn.undated")}: ${row.text} ${row.citations.map((source) => `[${source.number}]`).join("")}`);

  // Of an LLM's words all values stand below, the one that they give, too.
  const othersName = (answer) => text(answer.written ? "share.values" : "share.others");

  const plain = (answer) => {
    const others = otherLines(answer);
    const cited = sources(answer).map((source) =>
      `${numbered(source)} ${words(source.sentence)}\n${byline(source)}${dateline.link(source.url) ? `\n${source.url}` : ""}`);
    return [answer.question, answerLines(answer).join("\n"), aside(answer).filter(Boolean).join("\n"),
      others.length ? `${othersName(answer)}\n${others.join("\n")}` : "",
      cited.length ? `${text(answer.found ? "share.sources" : "share.nearest")}\n${cited.join("\n\n")}` : ""]
      .filter(Boolean).join("\n\n");
  };

  // Opened, it asks the question that was searched for in a new chat, with the filters and the day it was asked with.
  const link = (turn) => {
    const address = new URL(location.pathname, location.origin);
    address.searchParams.set("q", turn.answer.asked);
    turn.filters.outlets.forEach((outlet) => address.searchParams.append("outlet", outlet));
    for (const name of ["since", "until"]) if (turn.filters[name]) address.searchParams.set(name, turn.filters[name]);
    if (turn.answer.now) address.searchParams.set("now", turn.answer.now);
    return String(address);
  };

  // --- a chat as a file

  // What Markdown or HTML in it would be, and a line that would begin a list, a heading or a rule, stay as they are.
  const escaped = (words) => words.replace(/\s*\n\s*/g, " ").replace(/[\\`*_{}[\]<>#|~&!$^=@:]/g, "\\$&").replace(/^(\s*)([-+]|\d+[.)])/, "$1\\$2");

  const markdown = (title, turns) => {
    const part = ({ answer }) => [
      `## ${escaped(answer.question)}`,
      answer.parts.length
        ? answer.parts.map((item) => `- ${escaped(item.text)} ${item.citations.map((source) => `\\[${source.number}\\]`).join("")}`).join("\n")
        : `**${escaped(answer.text)}** ${answer.citations.map((source) => `\\[${source.number}\\]`).join("")}`.trimEnd(),
      aside(answer).filter(Boolean).map(escaped).join("  \n"),
      otherLines(answer).length ? `${escaped(othersName(answer))}\n\n${otherLines(answer).map((line) => `- ${escaped(line.slice(2))}`).join("\n")}` : "",
      sources(answer).map((source) => {
        const quoted = source.sentence.map((one) => (one.mark && one.text.trim() ? `**${escaped(one.text.trim())}**` : escaped(one.text))).join("");
        const address = dateline.link(source.url);
        return `> ${source.numbers.map((number) => `\\[${number}\\]`).join("")} ${quoted}\n>\n> ${escaped(byline(source))}${address ? ` <${encodeURI(address).replaceAll("%25", "%").replace(/[<>]/g, encodeURIComponent)}>` : ""}`;
      }).join("\n\n"),
    ].filter(Boolean).join("\n\n");
    return `# ${escaped(title)}\n\n${turns.map(part).join("\n\n")}\n`;
  };

  const STYLE = "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.6 Georgia,serif;color:#1d1a16;background:#fff}"
    + "h1{font-size:1.6rem}h2{margin-top:2.5rem;font:500 1rem sans-serif;color:#625b50}.answer{font-size:1.5rem;font-weight:700}"
    + ".meta{font:.85rem sans-serif;color:#625b50}blockquote{margin:1rem 0;padding-inline-start:1rem;border-inline-start:3px solid #ddd6c8}"
    + "mark{background:#ffe7a0}@media (prefers-color-scheme:dark){body{background:#161412;color:#ece6da}h2,.meta{color:#a9a092}a{color:#eba393}mark{background:#66500f;color:#fff3cd}}";

  // Elements, written out by the browser: every text is escaped by it. No script runs in the file, whatever is in it.
  const html = (title, turns) => {
    const page = document.implementation.createHTMLDocument(title);
    page.documentElement.lang = dateline.language;
    page.head.prepend(el("meta", { charset: "utf-8" }),
      el("meta", { httpEquiv: "Content-Security-Policy", content: "default-src 'none'; style-src 'unsafe-inline'" }),
      el("meta", { name: "viewport", content: "width=device-width" }));
    page.head.append(el("style", {}, STYLE));
    const quote = (source) => el("blockquote", { dir: "auto" },
      el("p", {}, `${numbered(source)} `, ...dateline.segments(source.sentence)),
      el("p", { className: "meta" }, dateline.link(source.url) ? el("a", { href: source.url, rel: "noopener noreferrer" }, byline(source)) : byline(source)));
    const part = ({ answer }) => el("section", {},
      el("h2", { dir: "auto" }, answer.question),
      answer.parts.length
        ? el("ul", {}, ...answerLines(answer).map((line) => el("li", { dir: "auto" }, line.slice(2))))
        : el("p", { className: "answer", dir: "auto" }, answerLines(answer)[0]),
      ...aside(answer).filter(Boolean).map((line) => el("p", { className: "meta", dir: "auto" }, line)),
      otherLines(answer).length ? el("p", {}, othersName(answer)) : null,
      otherLines(answer).length ? el("ul", {}, ...otherLines(answer).map((line) => el("li", { dir: "auto" }, line.slice(2)))) : null,
      ...sources(answer).map(quote));
    page.body.append(el("h1", { dir: "auto" }, title), ...turns.map(part));
    return `<!doctype html>\n${page.documentElement.outerHTML}\n`;
  };

  // The citations as the API gives them: `start` and `end` count the characters of the stored article.
  const json = (title, turns) => {
    const citation = ({ number, article, title: name, outlet, date, url, quote, start, end, sentence, sentence_start, sentence_end }) =>
      ({ number, article, title: name, outlet, date, url, quote, start, end, sentence: words(sentence), sentence_start, sentence_end });
    const part = ({ filters, answer }) => ({
      question: answer.question, asked: answer.asked, now: answer.now, filters, found: answer.found, form: answer.form, text: answer.text,
      written: answer.written || null, as_of: answer.as_of, confidence: answer.confidence, reason: answer.reason, citations: answer.citations.map(citation),
      others: answer.timeline.filter((row) => !row.leads).map((row) =>
        ({ text: row.text, as_of: row.date, relation: row.relation, citations: row.citations.map(citation) })),
      nearest: answer.nearest.map(citation),
    });
    return `${JSON.stringify({ title, turns: turns.map(part) }, null, 1)}\n`;
  };

  const kinds = {
    markdown: { make: markdown, type: "text/markdown", ending: "md" },
    html: { make: html, type: "text/html", ending: "html" },
    json: { make: json, type: "application/json", ending: "json" },
  };
  const save = (kind, title, turns) => {
    const { make, type, ending } = kinds[kind];
    const name = title.normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "chat";
    dateline.download(`${name}.${ending}`, type, make(title, turns));
  };

  return { link, plain, save };
})();
