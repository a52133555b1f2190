// The standing questions: what is answered now and since when, what changed, and what is new since they were looked at.
const { el, text } = dateline;
dateline.fill(element);
const find = (selector) => element.querySelector(selector);

const moment = (iso) => new Date(iso).toLocaleString(dateline.language, { dateStyle: "medium", timeStyle: "short" });

const place = (one) =>
  el("blockquote", {}, el("p", { dir: "auto" }, one.sentence),
    el("p", { className: "meta" },
      el("button", { type: "button", className: "plain", dir: "auto",
        onclick: (event) => dateline.openArticle(one, event.currentTarget) }, one.title), ` ${one.source}`));

const change = (answer) =>
  text(`watches.kind.${answer.kind}`, { value: answer.value ?? "", before: answer.before ?? "" });

const row = (answer, unseen) =>
  el("li", unseen ? { className: "unseen-news" } : {},
    el("p", { className: "when" }, el("time", { dateTime: answer.moment }, moment(answer.moment)),
      unseen ? el("span", { className: "tag" }, text("watches.new")) : null),
    el("p", { className: "change", dir: "auto" }, change(answer), answer.date ? el("span", { className: "meta" }, ` ${answer.date}`) : null),
    ...answer.places.map(place));

const item = (watch, seen) => {
  const [now] = watch.answers;
  const news = watch.answers.filter((answer) => answer.kind !== "first" && answer.number > seen);
  const node = el("li", { className: news.length ? "has-news" : "", "data-watch": watch.id },
    el("div", { className: "top" }, el("h3", { dir: "auto" }, watch.question),
      el("button", { type: "button", className: "plain stop", "aria-label": text("watches.stop-label", { question: watch.question }),
        onclick: () => stop(watch, node) }, text("watches.stop"))),
    watch.filters ? el("p", { className: "meta", dir: "auto" }, text("turn.filtered", { filters: watch.filters })) : null,
    el("p", { className: `value${now?.value ? "" : " none"}`, dir: "auto" }, now?.value ?? text("watches.none")),
    el("p", { className: "meta" }, [now?.date && text("watches.as-of", { date: now.date }),
      now && text("watches.since", { moment: moment(now.moment) })].filter(Boolean).join(" · ")),
    news.length ? el("p", { className: "news", dir: "auto" }, el("span", { className: "tag" }, text("watches.new")), ` ${change(news[0])}`) : null,
    watch.answers.length
      ? el("details", {}, el("summary", {}, text("watches.history", { count: watch.answers.length + watch.earlier })),
        el("ol", { role: "list" }, ...watch.answers.map((answer) => row(answer, news.includes(answer)))))
      : null);
  return node;
};

let latest = 0;
const draw = async () => {
  const turn = ++latest;
  const { watches } = await server.list_watches(null);
  if (turn !== latest) return;
  const open = new Set([...find(".list").querySelectorAll("details[open]")].map((one) => one.closest("li").dataset.watch));
  const seen = dateline.watchesSeen.since;
  find(".list").replaceChildren(...watches.map((watch) => item(watch, seen)));
  find(".list").querySelectorAll("details").forEach((one) => { one.open = open.has(one.closest("li").dataset.watch); });
  find(".count").textContent = text(watches.length ? "watches.count" : "watches.empty", { count: watches.length });
};

const stop = async (watch, node) => {
  const at = [...find(".list").children].indexOf(node);
  const { undo, problem } = await server.stop_watch(watch.id);
  await draw();
  const left = find(".list").querySelectorAll(".stop");
  (left[Math.min(at, left.length - 1)] || document.querySelector("#views [role=tab][aria-selected=true]")).focus();
  if (problem) { dateline.notice(problem); return; }
  dateline.notice(text("watches.stopped", { question: watch.question }), { name: text("undo"), run: async () => {
    const { problem: why } = await server.watch_again(undo);
    if (why) dateline.notice(why);
    await draw();
    find(`[data-watch="${watch.id}"] .stop`)?.focus();
  } });
};

// It is looked at when its tab is opened, and while it is open: what is new then stays marked until it is left.
const looked = () => {
  if (!element.getClientRects().length) return;
  dateline.watchesSeen.look();
  draw();
};
dateline.on("watches-changed", looked);
watch("value", looked);
looked();
