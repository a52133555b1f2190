const { text } = dateline;

const draw = () => {
  const facts = props.value;
  if (!facts) return;
  const count = text("articles.count", { count: facts.articles });
  element.querySelector(".holdings").textContent = [count, facts.span].filter(Boolean).join(" · ");
};
draw();
watch("value", draw);

// --- answers that changed: looked for again and again while the page is seen, and marked until they are looked at;
// articles that came or went, by whomever, are counted again

const LOOK = 10_000; // milliseconds
const KEY = "dateline.watches.seen";
const stored = () => {
  try { return Number(localStorage.getItem(KEY) ?? -1); } catch { return -1; } // a browser that keeps nothing
};
let numbers = [];
let first = true;
dateline.watchesSeen = {
  since: stored(), // what was seen before the view was opened
  looked: 0,
  look() {
    const soon = Date.now() - this.looked < 2_000; // the view tells twice that it was opened
    this.looked = Date.now();
    if (!soon) this.since = stored();
    try { localStorage.setItem(KEY, String(numbers[0] ?? 0)); } catch { /* then all is new again after a reload */ }
    mark();
  },
};
const mark = () => {
  const count = numbers.filter((number) => number > stored()).length;
  const button = element.querySelector(".changed");
  button.hidden = !count;
  button.textContent = count ? text("watches.changed", { count }) : "";
  return count;
};
const showWatches = () => document.querySelectorAll("#views [role=tab]").forEach((tab) => {
  if (tab.textContent.trim() === text("watches.name")) tab.click();
});
const lookForNews = async () => {
  const before = numbers[0] ?? 0;
  const found = await server.watch_news(null).catch(() => null); // the server is away: the next look tells
  if (!found) return;
  numbers = found.numbers;
  if (first && stored() < 0) dateline.watchesSeen.look(); // who comes for the first time has missed nothing
  if (!first && (numbers[0] ?? 0) > before) dateline.say(text("watches.changed", { count: mark() }));
  if (!first && (numbers[0] ?? 0) !== before) dateline.send("watches-changed");
  first = false;
  mark();
  if (props.value && props.value.version !== found.version) trigger("contents_changed", {});
};
const keepLooking = () => setTimeout(async () => {
  if (document.visibilityState === "visible") await lookForNews();
  if (element.isConnected) keepLooking();
}, LOOK);
lookForNews().then(keepLooking);

dateline.on("watch", async ({ detail }) => {
  const { problem } = await server.keep_watch(detail).catch(() => ({ problem: text("watches.failed") }));
  if (problem) dateline.notice(problem);
  else dateline.notice(text("watches.kept"), { name: text("watches.show"), run: showWatches });
  dateline.send("watches-changed");
});

const begin = () => dateline.send("open-chat", { id: null });
const named = (name, picture, onclick) => {
  const button = dateline.button(text(name), picture, onclick, { className: "tool named" });
  button.append(dateline.el("span", {}, text(name)));
  return button;
};
const leave = () => {
  const name = text("page.leave");
  return dateline.el("a", { className: "tool named", href: "logout", "aria-label": name, title: name },
    dateline.picture("leave"), dateline.el("span", {}, name));
};
element.querySelector(".do").append(
  dateline.el("button", { type: "button", className: "changed", hidden: true, onclick: showWatches }),
  named("chats.name", "chats", () => dateline.send("chats")),
  named("chat.new", "new", begin),
  dateline.button(text("keys.name"), "help", () => dateline.send("keys")),
  ...(props.login ? [leave()] : []));
dateline.shortcut("n", "keys.new", begin);

if (dateline.linked) {
  dateline.listening("open", "chats").then(() => {
    dateline.openArticle(dateline.linked, document.querySelector("#question textarea"));
    dateline.linked = null;
    history.replaceState(history.state, "", location.pathname + location.search);
  });
}
