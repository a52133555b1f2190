const { el } = dateline;
const find = (selector) => element.querySelector(selector);
const number = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
const chosen = new Set();
let latest = 0;
let refused = []; // files that were not even sent

// --- the list

const row = (article) => {
  const box = el("input", { type: "checkbox", checked: chosen.has(article.id), "aria-label": `Select ${article.title}`,
    onchange: () => { chosen[box.checked ? "add" : "delete"](article.id); counted(); } });
  return el("li", {}, box,
    el("button", { type: "button", className: "headline", dir: "auto",
      onclick: (event) => dateline.openArticle({ article: article.id, start: 0, end: 0 }, event.currentTarget) },
    article.title),
    el("span", { className: "meta outlet", dir: "auto" }, article.outlet),
    el("span", { className: "meta date" }, article.date));
};

const counted = () => {
  find(".remove").disabled = !chosen.size;
  find(".remove").textContent = chosen.size ? `Remove ${chosen.size.toLocaleString("en")}` : "Remove";
};

const list = async (shown) => {
  const turn = ++latest;
  const words = find(".filter").value;
  const page = await server.list_articles({ words, shown });
  if (turn !== latest) return; // typed on meanwhile
  const rows = page.rows.map(row);
  if (page.first) find(".rows").append(...rows);
  else find(".rows").replaceChildren(...rows);
  find(".more").hidden = page.first + rows.length >= page.matching;
  find(".count").textContent = words.trim()
    ? `${page.matching.toLocaleString("en")} of ${number(page.articles, "article", "articles")}`
    : number(page.articles, "article", "articles");
  counted();
};

let typing = 0;
find(".filter").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => { chosen.clear(); list(0); }, 120);
});
find(".more").addEventListener("click", () => list(find(".rows").children.length));

// --- removing

const confirm = find(".confirm");
find(".remove").addEventListener("click", () => {
  find("#confirm-title").textContent = `Remove ${number(chosen.size, "article", "articles")} from the archive?`;
  confirm.showModal();
});
find(".keep").addEventListener("click", () => confirm.close());
find(".go").addEventListener("click", () => {
  trigger("remove_articles", { ids: [...chosen] });
  chosen.clear();
  confirm.close();
});

// --- adding

const say = (...lines) => find(".report").replaceChildren(...lines.map((line) =>
  typeof line === "string" ? el("p", {}, line) : line));

const unfit = (file) => {
  const { formats, bytes } = props.limits;
  if (!formats.some((format) => file.name.toLowerCase().endsWith(format))) return "not one of the formats that are read";
  return file.size > bytes ? `larger than ${bytes / 1e6} MB: use dateline ingest` : null;
};

const failures = (failed) => el("ul", { className: "failed" }, ...failed.map((item) =>
  el("li", { dir: "auto" }, el("strong", {}, item.source), `: ${item.reason}`)));

const send = async (files) => {
  const failed = files.filter(unfit).map((file) => ({ source: file.name, reason: unfit(file) }));
  const fit = files.filter((file) => !unfit(file)).slice(0, props.limits.files);
  if (files.length - failed.length > fit.length) {
    failed.push({ source: "The rest", reason: `at most ${props.limits.files} files at once: choose them again` });
  }
  refused = failed;
  const received = [];
  for (const file of fit) {
    say(`Sending ${file.name} (${received.length + 1} of ${fit.length})`);
    try {
      received.push({ path: (await upload(file)).path, name: file.name });
    } catch (error) {
      failed.push({ source: file.name, reason: "did not arrive: choose it again" });
    }
  }
  if (received.length) {
    say(`Reading ${number(received.length, "file", "files")}…`);
    trigger("add_files", { files: received });
  } else say(failures(failed));
};

const picker = find("input[type=file]");
picker.addEventListener("change", () => { send([...picker.files]); picker.value = ""; });
const drop = find(".drop");
for (const name of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", name === "dragover");
    if (name === "drop") send([...event.dataTransfer.files]);
  });
}

// --- what the server says

const draw = () => {
  const news = props.value || {};
  if (news.report) {
    const { added, changed, unchanged, failed } = news.report;
    const all = [...failed, ...refused];
    const counts = `Added ${added}, changed ${changed}, unchanged ${unchanged}, failed ${all.length}`;
    say(news.done < news.files ? `Reading ${news.done + 1} of ${news.files} files…` : `${counts}.`, failures(all));
  } else if (news.problem) say(el("p", { className: "problem", dir: "auto" }, news.problem));
  else if (news.removed) say(`Removed ${number(news.removed, "article", "articles")}.`);
  list(0);
};
find(".formats").textContent = `Text, Markdown, HTML; CSV, JSON or JSON Lines of many articles. Up to ${props.limits.bytes / 1e6} MB a file.`;
picker.accept = props.limits.formats.join(",");
draw();
watch("value", draw);
