// The chat that is open: what was asked, what is on its way, and what comes back. It lies here and in the browser's
// store; the server is sent a question with the turns before it, and keeps nothing.
const { el, store, text } = dateline;
const log = element.querySelector(".turns");
const thread = element.querySelector(".thread");

let chat = store.id(); // its id: it is kept with its first turn
let turns = [];
let running = null; // the id of the turn that waits for its answer
let shown = null; // the id of the turn whose sources are beside it
const nodes = new Map();

// The reader steps through the citations of the turns, in their order on the page.
Object.defineProperty(dateline, "turns", { configurable: true,
  get: () => turns.map((turn) => (turn.answer ? { ...turn.answer, state: turn.state } : { state: turn.state })) });

const found = (id) => turns.find((turn) => turn.id === id);

// Only what a chat is made of is kept, not how far its answer has come or what may be asked next.
const kept = ({ id, chat, at, question, state, filters, now, problem, answer, verdict }) =>
  ({ id, chat, at, question, state, filters, now, problem, answer, verdict });

// --- drawing: one turn at a time, so that focus stays and a hundred turns cost no more than one

const act = (turn) => ({
  reasons: props.reasons,
  ask: (question, unfiltered) => ask(question, unfiltered ? { outlets: [], since: "", until: "" } : undefined),
  edit: () => edit(turn.id),
  copy: () => dateline.copy(dateline.share.plain(turn.answer), text("turn.copied")),
  link: () => dateline.copy(dateline.share.link(turn), text("turn.linked")),
  watch: () => dateline.send("watch", { question: turn.answer.asked, filters: turn.filters }),
  judge: (verdict, reasons, words) => judge(turn.id, verdict, reasons, words),
  show: () => show(turn.id),
});

const drawTurn = (turn) => {
  const before = nodes.get(turn.id);
  const focused = before?.contains(document.activeElement) ? document.activeElement : null;
  const unfolded = turn.state === "writing" && before ? [...before.querySelectorAll("details")].map(({ open }) => open) : [];
  const node = dateline.turnView(turn, act(turn));
  nodes.set(turn.id, node);
  node.querySelectorAll("details").forEach((one, at) => { one.open = !!unfolded[at]; });
  if (before) before.replaceWith(node);
  else log.append(node);
  if (turn.id === shown) node.classList.add("shown");
  if (focused) {
    const name = focused.getAttribute("aria-label");
    const same = name && [...node.querySelectorAll("[aria-label]")].find((one) => one.getAttribute("aria-label") === name);
    (same || node).focus({ preventScroll: true });
  }
};

const drawAll = () => {
  nodes.clear();
  log.replaceChildren();
  turns.forEach((turn) => {
    try {
      drawTurn(turn);
    } catch (error) {
      console.info("a turn that was kept cannot be drawn", error); // planted or damaged: the others stay
    }
  });
  drawThread();
};

// Above the turns stands the name of the chat, where it has one of its own, and what it can be saved as.
let title = "";
const drawThread = async () => {
  thread.hidden = !turns.length;
  const kept = (await store.chats()).find((one) => one.id === chat);
  title = kept?.title || turns[0]?.question || "";
  thread.querySelector(".title").textContent = kept?.named ? title : "";
};

// The panel beside the chat shows the sources of one turn: the newest, or the one that was asked for.
const show = (id) => {
  shown = id;
  nodes.forEach((node, key) => node.classList.toggle("shown", key === id));
  const turn = found(id);
  dateline.send("sources", turn?.answer || (turn?.searched ? { searching: turn.searched, question: turn.question } : null));
};
const showLast = () => show(turns.findLast((turn) => turn.answer)?.id || null);

// Bring a turn to the top. Again in the next frame: what comes near is only then laid out, and moves the rest.
const reveal = (node) => {
  const top = () => node?.isConnected && node.scrollIntoView({ block: "start" });
  top();
  requestAnimationFrame(top);
};

// --- asking

// A question goes out, unless one still waits: then it stays in the box. Return whether it went.
const ask = (question, filters = dateline.filters()) => {
  question = question.trim();
  if (!question || running) return false;
  const turn = { id: store.id(), chat, at: Date.now(), question, state: "waiting", filters, now: null };
  begin(turn, turns.map(past));
  return true;
};

// Gradio does not tell when a server that has stopped takes no question, or one that was restarted forgot it.
const LOOK_AGAIN = 3_000; // milliseconds
const GIVE_UP = 60_000; // without a word; the last of those that may wait is answered well before
const GIVE_UP_WRITING = 600_000; // an LLM may think for longer; the articles' own words are there by then
let heard = 0; // when
const watchOver = (id) => setTimeout(async () => {
  if (running !== id) return;
  const patience = found(id)?.state === "writing" ? GIVE_UP_WRITING : GIVE_UP;
  const lost = Date.now() - heard > patience || !(await fetch("healthz", { cache: "no-store" }).then(({ ok }) => ok, () => false));
  if (running !== id) return;
  if (lost) dateline.send("failed");
  else watchOver(id);
}, LOOK_AGAIN);

const past = (turn) => ({ question: turn.question, answer: turn.answer?.found ? turn.answer.text : null, done: !!turn.answer });

// Whether the person did anything since the question went out: a browser scrolls by itself to the box with the focus.
let moved = false;
["wheel", "touchmove", "pointerdown", "keydown"].forEach((name) =>
  window.addEventListener(name, () => { moved = true; }, { capture: true, passive: true }));

const begin = (turn, history) => {
  moved = false;
  dateline.noNotice();
  turns.push(turn);
  running = turn.id;
  if (turns.length > 1) trigger("hush", {}); // what might be asked next is looked for no more
  log.querySelectorAll(".suggested").forEach((node) => node.remove());
  drawTurn(turn);
  if (turns.length === 1) drawThread();
  show(turn.id);
  reveal(nodes.get(turn.id));
  dateline.send("running", true);
  dateline.address({ chat });
  const sent = { id: turn.id, question: turn.question, filters: turn.filters, now: turn.now, prose: dateline.prose?.(),
    history: history.filter((one) => one.done).map(({ question, answer }) => ({ question, answer })) };
  trigger("ask", { sent });
  heard = Date.now();
  watchOver(turn.id);
  store.keep(kept(turn));
  while (turns.length > store.MOST_TURNS) {
    const [oldest] = turns.splice(0, 1);
    nodes.get(oldest.id)?.remove();
    nodes.delete(oldest.id);
    store.drop([kept(oldest)]);
  }
};

const end = (turn, change) => {
  const { top } = nodes.get(turn.id).getBoundingClientRect();
  const inSight = top > -40 && top < innerHeight;
  const watched = turn === turns.at(-1) && (inSight || !moved); // not scrolled away from meanwhile
  Object.assign(turn, change);
  running = null;
  drawTurn(turn);
  show(turn.id);
  if (watched) reveal(nodes.get(turn.id));
  dateline.send("running", false);
  store.keep(kept(turn)).then((done) => done && behind && followOtherTab());
};

const stop = () => {
  const turn = running && found(running);
  if (!turn) return;
  trigger("stop", {});
  const own = turn.state === "writing" && turn.answer; // what an LLM writes is left, the answer is there
  end(turn, own ? { state: "answered", now: own.now, writing: null } : { state: "problem", problem: text("turn.stopped") });
  dateline.say(text(own ? "turn.stopped-writing" : "turn.stopped"));
};

const announced = (answer) =>
  answer.found
    ? text("turn.said", { text: answer.text, byline: answer.byline || answer.written || "",
      confidence: answer.confidence?.words || answer.confidence?.rests || "" })
    : [answer.text, answer.missing, answer.reason].filter(Boolean).join(". ");

// What comes back names its turn: that of a turn which is gone, or was stopped, is nobody's any more.
const hear = (reply) => {
  const turn = reply && found(reply.id);
  if (!turn) return;
  if (reply.state === "suggestions") { suggest(turn, reply.questions); return; }
  if (reply.id !== running) return;
  heard = Date.now();
  if (reply.state === "writing") {
    Object.assign(turn, { state: "writing", writing: reply.writing, answer: { ...reply.writing.answer, now: reply.writing.now } });
    drawTurn(turn);
    show(turn.id);
    if (!reply.writing.parts.length && !reply.writing.struck.length) {
      store.keep({ ...kept(turn), state: "answered" }); // it stands if the page is left meanwhile
      dateline.say(text("turn.writing", { name: reply.writing.writer }));
    }
  } else if (reply.state === "searching") {
    turn.searched = reply.searched;
    drawTurn(turn);
    show(turn.id);
    const { articles } = reply.searched; // none yet while an LLM rephrases a follow-up: said again four times a second
    if (articles.length) dateline.say(text("turn.reading", { count: articles.length }));
  } else if (reply.state === "problem") {
    end(turn, { state: "problem", problem: reply.problem });
    dateline.say(reply.problem);
  } else {
    end(turn, { state: "answered", answer: reply.answer, now: reply.answer.now, searched: null, writing: null });
    dateline.say(announced(reply.answer));
    const articles = [...reply.answer.citations, ...reply.answer.timeline.flatMap((row) => row.citations)];
    if (reply.answer.found) {
      trigger("suggest", { sent: { id: turn.id, question: turn.question, asked: turns.flatMap((one) => [one.question, one.answer?.asked || ""]),
        articles: [...new Set(articles.map((source) => source.article))] } });
    }
  }
};

// Suggestions come after the answer, under the newest turn only, and never move what has focus.
const suggest = (turn, questions) => {
  if (turn !== turns.at(-1) || running) return;
  const node = nodes.get(turn.id);
  node.querySelector(".suggested")?.remove();
  node.append(el("div", { className: "suggested readings", role: "group", "aria-label": text("turn.next") },
    el("h3", {}, text("turn.next")),
    ...questions.map((question) => el("button", { type: "button", className: "choice next", dir: "auto",
      onclick: () => ask(question) }, question))));
};

dateline.on("failed", () => {
  const turn = running && found(running);
  if (turn?.state === "writing") stop();
  else if (turn) end(turn, { state: "problem", problem: text("turn.failed") });
});

// --- edit a question and ask it again: what came after it is dropped, and can be brought back until the next question

const edit = (id) => {
  const turn = found(id);
  const node = nodes.get(id);
  const heading = node.querySelector(".asked");
  if (!turn || !heading) return;
  const box = el("textarea", { value: turn.question, dir: "auto", rows: 2, "aria-label": text("edit.question"),
    oninput: () => { over.textContent = dateline.tooLong(box); } });
  const over = el("p", { className: "problem over", role: "status" });
  const close = () => { form.replaceWith(heading); node.focus({ preventScroll: true }); };
  const later = turns.length - 1 - turns.indexOf(turn);
  const form = el("form", { className: "edit",
    onsubmit: (event) => { event.preventDefault(); if (!dateline.tooLong(box)) askInstead(turn, box.value); },
    onkeydown: (event) => {
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    } },
  box, over,
  later ? el("p", { className: "meta" }, text("edit.later", { count: later })) : null,
  el("div", { className: "row" }, el("button", { type: "submit", className: "choice strong" }, text("edit.ask")),
    el("button", { type: "button", className: "choice", onclick: close }, text("edit.cancel"))));
  heading.replaceWith(form);
  box.focus();
  box.select();
};

const askInstead = async (turn, question) => {
  question = question.trim();
  if (!question) return;
  stop();
  const at = turns.indexOf(turn);
  const dropped = turns.splice(at);
  dropped.forEach((one) => { nodes.get(one.id)?.remove(); nodes.delete(one.id); });
  const back = await store.drop(dropped.map(kept));
  ask(question, turn.filters);
  const own = turns.at(-1);
  dateline.notice(text("edit.dropped", { count: dropped.length }), { name: text("undo"), run: async () => {
    stop();
    await store.drop([kept(own)]);
    await back();
    await open(chat);
  } });
  document.querySelector("#question textarea").focus({ preventScroll: true });
};

// --- thumbs

const judge = async (id, verdict, reasons = [], words = "") => {
  const turn = found(id);
  const { answer } = turn;
  const place = ({ article, start, end, sentence_start, sentence_end }) => ({ article, start, end, sentence_start, sentence_end });
  const { problem } = await server.judge({ id, verdict, reasons, words, question: turn.question, asked: answer.asked,
    history: turns.slice(0, turns.indexOf(turn)).map(past).filter((one) => one.done),
    found: answer.found, text: answer.text, places: answer.citations.map(place) })
    .catch(() => ({ problem: text("judge.failed") }));
  if (problem) { dateline.notice(problem); return; }
  const sentReasons = reasons.length || words;
  turn.verdict = verdict === "none" ? null : verdict;
  turn.explaining = verdict === "down" && !sentReasons;
  drawTurn(turn);
  store.keep(kept(turn));
  if (turn.explaining) nodes.get(id).querySelector(".reasons input").focus();
  else dateline.notice(text(verdict === "none" ? "judge.undone" : "judge.thanks"));
};

// --- chats

// Open a chat that is kept, or an empty one; what is on its way is stopped, and stays in its chat as a question. While
// the store is read a question may go out, or another chat may be opened.
let opening = null;
const open = async (id) => {
  const mine = opening = {};
  stop(); // before it is read: it may be this chat's
  const its = id ? await store.turns(id) : [];
  if (mine !== opening) return;
  stop();
  chat = its.length ? id : store.id();
  turns = its;
  dateline.address({ chat: its.length ? id : null });
  drawAll();
  showLast();
  dateline.send("opened", chat);
  if (turns.length) reveal(nodes.get(turns.at(-1).id));
  else scroll(0, 0);
};

// Another tab went on with this chat: show what it kept. Not while an answer is on its way, which would be lost; and
// what was read is old when something is kept meanwhile.
let behind = false;
const followOtherTab = async () => {
  const [own, writes] = [chat, store.writes()];
  behind = !!running;
  if (behind) return;
  const its = await store.turns(own);
  if (own !== chat) return;
  if (writes !== store.writes()) { await followOtherTab(); return; }
  turns = its;
  drawAll();
  showLast();
};

dateline.on("ask", ({ detail }) => detail.taken(ask(detail.question)));
dateline.on("stop", stop);
dateline.on("open-chat", async ({ detail }) => {
  history.pushState(null, "", location);
  document.querySelector("#views [role=tab]").click(); // from whichever view it was opened
  await open(detail.id);
  dateline.send("type", "");
});
dateline.on("kept", async ({ detail }) => {
  if (detail.chat !== chat) return;
  if (detail.here) dateline.send("opened", chat); // with its first turn it is in the list
  else await followOtherTab();
  drawThread();
});
window.addEventListener("popstate", () => { if ((dateline.kept().chat || null) !== (turns.length ? chat : null)) open(dateline.kept().chat); });

// --- the keys of a chat

const step = (by) => {
  const all = [...log.querySelectorAll(".turn")];
  if (!all.length) return;
  const inside = all.findIndex((node) => node.contains(document.activeElement));
  const visible = all.findLastIndex((node) => node.getBoundingClientRect().top < 120);
  const next = all[Math.min(Math.max((inside >= 0 ? inside : visible) + by, 0), all.length - 1)];
  next.focus({ preventScroll: true });
  reveal(next);
};
const here = () => turns.find((turn) => nodes.get(turn.id)?.contains(document.activeElement)) || turns.findLast((turn) => turn.answer);
dateline.shortcut("j", "keys.next-turn", () => step(1));
dateline.shortcut("k", "keys.previous-turn", () => step(-1));
dateline.shortcut("y", "keys.copy", () => { const turn = here(); if (turn?.answer) act(turn).copy(); });
dateline.shortcut("e", "keys.edit", () => { const turn = here(); if (turn && turn.id !== running) edit(turn.id); });

// --- out of the page: the whole chat

const exported = (kind) => dateline.share.save(kind, title, turns.filter((turn) => turn.answer));
thread.querySelector(".exports").append(
  el("details", { className: "menu" }, el("summary", {}, text("export.name")),
    el("div", {}, ...["markdown", "html", "json"].map((kind) =>
      el("button", { type: "button", onclick: (event) => { event.currentTarget.closest("details").open = false; exported(kind); } },
        text(`export.${kind}`))))));

// --- what the address asks for: a chat that is kept, or a question to ask in a new one

const start = async () => {
  await dateline.listening("chats", "running", "sources"); // the list of chats, the question's box, the sources
  const wanted = dateline.kept();
  if ([...wanted.question].length > dateline.longest) { // into the box, which says so
    dateline.address({ chat: null });
    dateline.send("type", wanted.question);
  } else if (wanted.question) {
    dateline.address({ chat: null });
    const turn = { id: store.id(), chat, at: Date.now(), question: wanted.question, state: "waiting",
      filters: dateline.filtersKept(), now: wanted.now };
    begin(turn, []);
  } else if (wanted.chat) await open(wanted.chat);
};
watch("value", () => hear(props.value));
start();
