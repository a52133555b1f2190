// The list of chats, in a drawer, and the list of keys, in a dialog. Both are opened from the masthead or by key.
const { el, store, text } = dateline;
const drawer = element.querySelector(".drawer");
const list = drawer.querySelector(".list");
const find = drawer.querySelector(".find");
const keys = element.querySelector(".keys");
let current = null; // the id of the chat that is open

for (const dialog of [drawer, keys]) {
  dialog.querySelector(".head").append(dateline.button(text("close"), "close", () => dialog.close()));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}

// --- chats

const when = (time) => new Date(time).toLocaleDateString(dateline.language, { day: "numeric", month: "short", year: "numeric" });

const choose = (chat) => {
  drawer.close();
  dateline.send("open-chat", { id: chat?.id || null });
};

const rename = (chat, item) => {
  const box = el("input", { type: "text", value: chat.title, maxLength: 120, dir: "auto", autocomplete: "off", "aria-label": text("chats.new-name") });
  let done = false;
  const close = async (keep) => {
    if (done) return;
    done = true;
    const title = box.value.trim();
    if (keep && title && title !== chat.title) await store.rename(chat.id, title);
    await draw();
    [...list.children].find((one) => one.dataset.chat === chat.id)?.querySelector(".open").focus();
  };
  item.replaceChildren(el("form", { onsubmit: (event) => { event.preventDefault(); close(true); },
    onkeydown: (event) => { if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(false); } } }, box,
  el("button", { type: "submit", className: "choice" }, text("chats.save"))));
  box.focus();
  box.select();
};

const remove = async (chat, item) => {
  const place = [...list.children].indexOf(item);
  const back = await store.remove(chat.id);
  if (chat.id === current) dateline.send("open-chat", { id: null });
  await draw();
  (list.querySelectorAll(".open")[Math.min(place, list.children.length - 1)] || find).focus();
  const undo = el("button", { type: "button", className: "plain", onclick: async () => {
    await back();
    await draw();
    [...list.children].find((one) => one.dataset.chat === chat.id)?.querySelector(".open").focus();
  } }, text("undo"));
  drawer.querySelector(".count").replaceChildren(el("span", { dir: "auto" }, text("chats.deleted", { title: chat.title })), " ", undo);
};

const row = (chat) => {
  const item = el("li", { "data-chat": chat.id });
  item.append(
    el("button", { type: "button", className: "open", dir: "auto", onclick: () => choose(chat) },
      el("span", { className: "name", dir: "auto" }, chat.title), el("span", { className: "meta" }, when(chat.changed))),
    dateline.button(text("chats.rename", { title: chat.title }), "edit", () => rename(chat, item)),
    dateline.button(text("chats.delete", { title: chat.title }), "close", () => remove(chat, item)));
  if (chat.id === current) item.querySelector(".open").setAttribute("aria-current", "true");
  return item;
};

let latest = 0;
const draw = async () => {
  const turn = ++latest;
  const chats = await store.search(find.value);
  if (turn !== latest) return; // typed on meanwhile
  list.replaceChildren(...chats.map(row));
  drawer.querySelector(".count").textContent = chats.length ? text("chats.count", { count: chats.length })
    : text(find.value.trim() ? "chats.none-found" : "chats.none");
};

const show = async (focused) => {
  find.value = "";
  drawer.querySelector(".note").textContent = text("chats.note", { most: store.MOST_CHATS });
  if (!drawer.open) drawer.showModal();
  await draw();
  (focused === "find" || !list.children.length ? find : list.querySelector("[aria-current]") || list.querySelector(".open")).focus();
};
find.addEventListener("input", draw);
list.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = [...list.querySelectorAll(".open")];
  const at = all.indexOf(document.activeElement);
  if (!by || at < 0) return;
  event.preventDefault();
  all[Math.min(Math.max(at + by, 0), all.length - 1)].focus();
});

dateline.on("opened", ({ detail }) => { current = detail; });
dateline.on("chats", () => show());
dateline.shortcut("c", "keys.chats", () => show());
dateline.shortcut("s", "keys.search", () => show("find"));

// --- keys

const help = () => {
  const seen = new Map(dateline.shortcuts.map((one) => [one.name, one]));
  keys.querySelector("dl").replaceChildren(...[...seen.values()].flatMap((one) =>
    [el("dt", {}, el("kbd", {}, one.key)), el("dd", {}, text(one.name))]));
  keys.querySelector("input").checked = dateline.shortcutsOn();
  keys.showModal();
};
keys.querySelector("input").addEventListener("change", (event) => dateline.shortcutsOn(event.currentTarget.checked));
dateline.on("keys", help);
dateline.shortcut("?", "keys.help", help);
