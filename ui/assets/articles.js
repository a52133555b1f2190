const { el, text } = dateline;
dateline.fill(element);
const find = (selector) => element.querySelector(selector);
const chosen = new Set();
const wanted = { words: "", outlet: "", since: "", until: "", undated: false, sort: "newest", first: 0 };
let latest = 0;
let onPage = [];

// --- the list

const row = (article) => {
  const box = el("input", { type: "checkbox", checked: chosen.has(article.id), "aria-label": text("archive.select", { title: article.title }),
    onchange: () => { chosen[box.checked ? "add" : "delete"](article.id); counted(); } });
  const open = (event) => dateline.openArticle(
    { article: article.id, start: article.start || 0, end: article.end || 0 }, event.currentTarget);
  return el("li", {}, box,
    el("div", { className: "what" }, el("button", { type: "button", className: "headline", dir: "auto", onclick: open }, article.title),
      article.snippet ? el("p", { className: "snippet", dir: "auto" }, "… ", ...dateline.segments(article.snippet), " …") : null),
    el("span", { className: "meta outlet", dir: "auto" }, article.outlet),
    el("span", { className: "meta date" }, article.date),
    el("span", { className: "meta size" }, text("reader.words", { count: article.words })));
};

const counted = () => {
  const here = onPage.filter((article) => chosen.has(article.id)).length;
  const every = find(".every input");
  every.checked = here > 0 && here === onPage.length;
  every.indeterminate = here > 0 && here < onPage.length;
  find(".remove").disabled = !chosen.size;
  find(".remove").textContent = chosen.size ? text("archive.remove-count", { count: chosen.size }) : text("archive.remove");
  find(".all").hidden = !every.checked || chosen.size >= matching || matching <= onPage.length;
  find(".all").textContent = text("archive.select-all", { count: Math.min(matching, 10000) });
};

let matching = 0;
const narrowed = () => wanted.words.trim() || wanted.outlet || wanted.since || wanted.until || wanted.undated;
const list = async (first = 0) => {
  const turn = ++latest;
  wanted.first = first;
  const page = await server.list_articles({ ...wanted });
  if (turn !== latest) return; // typed on meanwhile
  onPage = page.rows;
  matching = page.matching;
  find(".rows").replaceChildren(...page.rows.map(row));
  find(".count").textContent = narrowed()
    ? text("archive.of", { matching: page.matching, count: page.articles }) : text("articles.count", { count: page.articles });
  find(".none").hidden = page.matching > 0;
  find(".none").textContent = page.articles ? text("archive.no-match") : text("archive.empty");
  find(".cut").hidden = page.whole;
  find(".day-problem").textContent = page.problem || "";
  const last = page.first + page.rows.length;
  find(".pager").hidden = page.matching <= page.rows.length;
  find(".range").textContent = text("archive.range", { first: page.first + 1, last, count: page.matching });
  find(".earlier").disabled = !page.first;
  find(".later").disabled = last >= page.matching;
  find(".selecting").hidden = !page.matching;
  wanted.first = page.first;
  wanted.step = page.rows.length;
  shownFilters();
  picture(page.picture);
  lately(page.lately);
  counted();
};
const turnPage = async (first) => {
  await list(first);
  find(".listing").scrollIntoView({ block: "start" });
};
find(".earlier").addEventListener("click", () => turnPage(Math.max(wanted.first - 100, 0)));
find(".later").addEventListener("click", () => turnPage(wanted.first + wanted.step));

const set = (change) => {
  Object.assign(wanted, change);
  for (const name of ["words", "since", "until", "sort"]) find(`[name="${name}"]`).value = wanted[name];
  chosen.clear();
  return list();
};
let typing = 0;
find(".filter").addEventListener("input", (event) => {
  clearTimeout(typing);
  typing = setTimeout(() => set({ words: event.target.value }), 150);
});
find(".tools").addEventListener("change", (event) => set({ [event.target.name]: event.target.value }));
find(".tools").addEventListener("submit", (event) => event.preventDefault());
for (const by of ["newest", "oldest", "title", "outlet", "longest", "added"]) {
  find("select").append(el("option", { value: by }, text(`archive.sort.${by}`)));
}

const chip = (label, off) =>
  el("li", {}, el("button", { type: "button", className: "chip", "aria-label": text("filters.remove", { label }),
    onclick: () => { set(off); find(".filter").focus(); } }, el("span", { dir: "auto" }, label), el("span", { "aria-hidden": "true" }, "×")));
const shownFilters = () => {
  const days = [wanted.since, wanted.until];
  find(".set").hidden = !narrowed();
  find(".chips").replaceChildren(...[
    wanted.outlet ? chip(wanted.outlet, { outlet: "" }) : null,
    days.some(Boolean) ? chip(days[0] === days[1] ? days[0] : text("archive.days", { since: days[0] || "…", until: days[1] || "…" }), { since: "", until: "" }) : null,
    wanted.undated ? chip(text("archive.undated"), { undated: false }) : null,
    wanted.words.trim() ? chip(`“${wanted.words.trim()}”`, { words: "" }) : null,
  ].filter(Boolean));
};
find(".clear").addEventListener("click", () => { set({ words: "", outlet: "", since: "", until: "", undated: false }); find(".filter").focus(); });

// --- the picture of the archive

const svg = (tag, attributes, ...children) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...children);
  return node;
};
const HEIGHT = 88;
const only = (bar) => {
  const on = wanted.since === bar.since && wanted.until === bar.until;
  set(on ? { since: "", until: "" } : { since: bar.since, until: bar.until, undated: false });
};
const said = (bar) => text("archive.bar", { label: bar.label, count: bar.count });

const column = (bar, place, bars, most) => {
  const tall = (count) => (count ? Math.max((count / most) * HEIGHT, 2) : 0);
  const x = `${(place * 100) / bars.length}%`;
  const width = `${80 / bars.length}%`;
  const part = (name, count) =>
    svg("rect", { class: name, x, width, y: HEIGHT - tall(count), height: tall(count) });
  const group = svg("g", { class: "bar" }, svg("title", {}, said(bar)),
    svg("rect", { class: "ground", x, width: `${100 / bars.length}%`, y: 0, height: HEIGHT }),
    part("every", bar.count), part("some", bar.matching));
  group.addEventListener("click", () => only(bar));
  return group;
};

const picture = ({ bars, undated, outlets, more_outlets: more }) => {
  find(".picture").hidden = !bars.length && outlets.length < 2;
  const most = Math.max(...bars.map((bar) => bar.count), 1);
  find(".months").hidden = !bars.length;
  find(".bars").replaceChildren(svg("svg", { width: "100%", height: HEIGHT, preserveAspectRatio: "none" },
    ...bars.map((bar, place) => column(bar, place, bars, most))));
  const [low, peak, high] = find(".ends").children;
  low.textContent = bars.length ? bars[0].label : "";
  high.textContent = bars.length > 1 ? bars[bars.length - 1].label : "";
  peak.textContent = text("archive.peak", { count: most });
  const widest = Math.max(...outlets.map((outlet) => outlet.count), 1);
  const outlet = ({ name, count, matching: some }) =>
    el("li", {}, el("button", { type: "button", className: "outlet-bar", "aria-pressed": String(wanted.outlet === name),
      onclick: () => set({ outlet: wanted.outlet === name ? "" : name }) },
    el("span", { className: "name", dir: "auto" }, name), el("span", { className: "meta" }, count.toLocaleString(dateline.language)),
    el("span", { className: "length", "aria-hidden": "true" },
      el("span", { className: "every", style: `width:${(count / widest) * 100}%` }), el("span", { className: "some", style: `width:${(some / widest) * 100}%` }))));
  const focused = document.activeElement && document.activeElement.closest(".outlet-bar .name, .outlet-bar");
  const kept = focused && element.contains(focused) ? focused.querySelector(".name").textContent : null;
  find(".outlets").replaceChildren(...outlets.map(outlet),
    ...(more ? [el("li", { className: "meta" }, text("archive.more-outlets", { count: more }))] : []),
    ...(undated.count ? [el("li", {}, el("button", { type: "button", className: "plain without", "aria-pressed": String(wanted.undated),
      onclick: () => set({ undated: !wanted.undated, since: "", until: "" }) }, text("archive.undated-count", { count: undated.count })))] : []));
  if (kept !== null) [...element.querySelectorAll(".outlet-bar")].find((button) => button.firstChild.textContent === kept)?.focus();
  find(".numbers tbody").replaceChildren(...bars.filter((bar) => bar.count).map((bar) =>
    el("tr", {}, el("th", { scope: "row" }, el("button", { type: "button", className: "plain", onclick: () => only(bar) }, bar.label)),
      el("td", {}, bar.count.toLocaleString(dateline.language)), el("td", {}, bar.matching.toLocaleString(dateline.language)))),
  ...(undated.count ? [el("tr", {}, el("th", { scope: "row" }, text("archive.undated")), el("td", {}, String(undated.count)),
    el("td", {}, String(undated.matching)))] : []));
};

const moment = new Intl.DateTimeFormat(dateline.language, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
const lately = (articles) => {
  find(".lately").hidden = !articles.length;
  find(".lately ol").replaceChildren(...articles.map((article) => el("li", {},
    el("button", { type: "button", className: "headline", dir: "auto",
      onclick: (event) => dateline.openArticle({ article: article.id, start: 0, end: 0 }, event.currentTarget) }, article.title),
    el("p", { className: "meta" }, moment.format(article.added * 1000)))));
};
find(".show-lately").addEventListener("click", () => set({ words: "", outlet: "", since: "", until: "", undated: false, sort: "added" }));

// --- choosing and removing

find(".every input").addEventListener("change", (event) => {
  onPage.forEach((article) => chosen[event.target.checked ? "add" : "delete"](article.id));
  if (!event.target.checked) chosen.clear();
  element.querySelectorAll(".rows input").forEach((box) => { box.checked = event.target.checked; });
  counted();
});
find(".all").addEventListener("click", async () => {
  (await server.list_ids({ ...wanted })).forEach((id) => chosen.add(id));
  counted();
});
const confirm = find(".confirm");
const remove = () => {
  trigger("remove_articles", { ids: [...chosen] });
  chosen.clear();
};
find(".remove").addEventListener("click", () => {
  if (chosen.size === 1) return void remove(); // one can be brought back as fast
  find("#confirm-title").textContent = text("archive.remove-sure", { count: chosen.size });
  confirm.showModal();
});
find(".keep").addEventListener("click", () => confirm.close());
find(".go").addEventListener("click", () => { remove(); confirm.close(); });

// What was removed can be brought back until the server forgets it.
const KEPT = 600000;
const removed = (count, undo) => {
  const line = el("p", {}, text("archive.removed", { count }), " ");
  if (undo) {
    const job = newJob();
    line.append(el("button", { type: "button", className: "plain", onclick: (event) => {
      undoing.set(job, line);
      event.currentTarget.disabled = true;
      trigger("restore_articles", { undo, job });
    } }, text("archive.undo")));
    setTimeout(() => line.remove(), KEPT);
  }
  find(".undos").append(line);
  find(".filter").focus({ preventScroll: true });
};
const undoing = new Map();

// --- adding: one thing after the other, what is added meanwhile waits

const newJob = () => `${Date.now()}-${Math.random()}`;
const queue = [];
let work = null; // { job, refused, stopped }

const say = (...lines) => find(".report").replaceChildren(...lines.map((line) => (typeof line === "string" ? el("p", {}, line) : line)));
const doing = (words, done, all) => {
  find(".doing").textContent = words;
  const bar = find("progress");
  if (all) { bar.max = all; bar.value = done; } else bar.removeAttribute("value");
};
const begin = (start) => {
  queue.push(start);
  if (!work) next();
};
const next = () => {
  const start = queue.shift();
  work = start ? { job: newJob(), refused: [], stopped: false } : null;
  find(".work").hidden = !work;
  if (!work) return;
  say();
  find(".failures").hidden = true;
  start(work);
};

const unfit = (file) => {
  const { formats, bytes } = props.limits;
  if (!formats.some((format) => file.name.toLowerCase().endsWith(format))) return text("archive.not-read");
  return file.size > bytes ? text("archive.too-large", { size: bytes / 1e6 }) : null;
};
const sendFiles = (files) => begin(async (own) => {
  own.refused = files.filter(unfit).map((file) => ({ source: file.name, reason: unfit(file) }));
  const fit = files.filter((file) => !unfit(file)).slice(0, props.limits.files);
  if (files.length - own.refused.length > fit.length) {
    own.refused.push({ source: text("archive.rest"), reason: text("archive.too-many", { count: props.limits.files }) });
  }
  const received = [];
  for (const [place, file] of fit.entries()) {
    if (own.stopped) break;
    doing(text("archive.sending", { number: place + 1, count: fit.length, name: file.name }), place, fit.length);
    try {
      received.push({ path: (await upload(file)).path, name: file.name });
    } catch {
      own.refused.push({ source: file.name, reason: text("archive.lost") });
    }
  }
  if (!received.length || own.stopped) return finish({ added: 0, changed: 0, unchanged: 0, failures: 0, failed: [], stopped: own.stopped });
  doing(text("archive.reading-files", { count: received.length }));
  trigger("add_files", { files: received, job: own.job });
});
const sendAddresses = (addresses) => begin((own) => {
  doing(text("archive.fetching"));
  trigger("add_addresses", { addresses, job: own.job });
});

const finish = ({ added, changed, unchanged, failures, failed, stopped }) => {
  const all = [...work.refused, ...failed];
  const count = failures + work.refused.length;
  say(`${stopped ? `${text("archive.stopped")} ` : ""}${text("archive.report", { added, changed, unchanged, failed: count })}`);
  find(".failures").hidden = !count;
  find(".copied").textContent = "";
  find(".failed").replaceChildren(...all.map((item) =>
    el("li", { dir: "auto" }, el("strong", { dir: "auto" }, item.source), `: ${item.reason}`)),
  ...(count > all.length ? [el("li", {}, text("archive.more-failed", { count: count - all.length }))] : []));
  find(".failures").lines = all.map((item) => `${item.source}: ${item.reason}`).join("\n");
  next();
};
find(".copy-failed").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(find(".failures").lines);
    find(".copied").textContent = text("reader.copied");
  } catch {
    getSelection().selectAllChildren(find(".failed"));
    find(".copied").textContent = text("reader.copy-yourself");
  }
});
find(".stop").addEventListener("click", () => {
  if (!work) return; // what it would stop has just ended
  work.stopped = true;
  server.cancel_adding(work.job);
  doing(text("archive.stopping"));
});
const picker = find("input[type=file]");
picker.addEventListener("change", () => { sendFiles([...picker.files]); picker.value = ""; });
find(".address").addEventListener("submit", (event) => {
  event.preventDefault();
  const box = find(".address input");
  if (!box.value.trim()) return;
  sendAddresses(box.value);
  box.value = "";
});

// Files may be dropped anywhere while the view is open.
const veil = find(".veil");
const withFiles = (event) => element.offsetParent && event.dataTransfer && [...event.dataTransfer.types].includes("Files");
let leaving = 0;
const dragged = {
  dragover(event) {
    if (!withFiles(event)) return;
    event.preventDefault();
    clearTimeout(leaving);
    veil.hidden = false;
  },
  dragleave() { leaving = setTimeout(() => { veil.hidden = true; }, 80); },
  drop(event) {
    veil.hidden = true;
    if (!withFiles(event)) return;
    event.preventDefault();
    sendFiles([...event.dataTransfer.files]);
  },
};
Object.entries(dragged).forEach(([name, listener]) => window.addEventListener(name, listener));

// --- what the server says

const reading = ({ item, items, name, read, of }) => {
  const what = of > 1 || read ? text(of > 1 ? "archive.so-far-of" : "archive.so-far", { count: read, of }) : "";
  doing([text("archive.reading", { number: item, count: items, name }), what].filter(Boolean).join(" "),
    item - 1 + (of ? read / of : 0), items);
};
const draw = () => {
  const news = props.value || {};
  const mine = work && news.job === work.job;
  if (news.progress) {
    if (mine && !work.stopped) reading(news.progress);
    return;
  }
  if (undoing.has(news.job)) {
    const line = undoing.get(news.job);
    undoing.delete(news.job);
    if (news.report) line.replaceChildren(text("archive.restored", { count: news.report.added + news.report.changed + news.report.unchanged }));
    else {
      line.querySelector("button").disabled = false;
      say(el("p", { className: "problem", dir: "auto" }, news.problem));
    }
  } else if (news.report && mine) finish(news.report);
  else if (news.problem) {
    if (mine) next();
    say(el("p", { className: "problem", dir: "auto" }, news.problem));
  } else if (news.removed) removed(news.removed, news.undo);
  if (news.report || news.removed) trigger("contents_changed", {});
  list(news.removed || news.restored ? wanted.first : 0);
};
find(".formats").textContent = text("archive.formats", { size: props.limits.bytes / 1e6 });
find(".drop-words").append(...text("archive.drop").split(/(\*.*\*)/).map((part) =>
  (part.startsWith("*") ? el("u", {}, part.slice(1, -1)) : part)));
picker.accept = props.limits.formats.join(",");
draw();
watch("value", draw);
