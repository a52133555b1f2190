// The chats that this browser keeps, in IndexedDB: one record a chat, one a turn, so that two tabs that write at the
// same time do not overwrite each other. What is read may be old, damaged or planted: it is cut to the shapes below,
// piece by piece, and what does not fit is passed over.
dateline.store = (() => {
  const NAME = "dateline"; // the version of the shapes is that of the database
  const VERSION = 1;
  const MOST_CHATS = 200; // the oldest make room
  const MOST_TURNS = 100; // of one chat, as the server takes them
  const LONGEST = 200_000; // characters of one text
  const MOST = 500; // entries of one list

  const segments = [{ text: "text", "mark?": "flag" }];
  const article = { article: "text", title: "text", outlet: "text", date: "text", "url?": "text" };
  const source = { ...article, number: "number", quote: "text", start: "number", end: "number", sentence: segments,
    sentence_start: "number", sentence_end: "number", "numbers?": ["number"] };
  const answer = {
    question: "text", asked: "text", "searched?": "text", found: "flag", form: "text", text: "text",
    parts: [{ text: "text", citations: [source] }], "missing?": "text", "reason?": "text", "dates?": "text",
    "filters?": "text", "hidden?": { text: "text", article: "text", title: "text", date: "text" },
    readings: [{ label: "text", question: "text" }], seconds: "text", "byline?": "text", "as_of?": "text",
    "confidence?": { level: "text", words: "text", rests: "text", number: "text" }, citations: [source],
    sources: [source], now: "text", nearest: [source],
    "written?": "text", "unwritten?": "text", "struck?": [{ text: "text", why: "text", citations: [source] }],
    timeline: [{ leads: "flag", text: "text", "date?": "text", "relation?": "text", outlets: "text", "support?": "text",
      citations: [source] }],
  };
  const shapes = {
    chat: { id: "text", title: "text", "named?": "flag", made: "number", changed: "number" },
    turn: { id: "text", chat: "text", at: "number", question: "text", state: "text",
      filters: { outlets: ["text"], since: "text", until: "text" }, "now?": "text", "problem?": "text",
      "answer?": answer, "verdict?": "text" },
  };

  // The value cut to its shape, or undefined. A list keeps the entries that fit; an object needs all its fields, but
  // for those whose names end in '?'. As deep as the shape, never as deep as the value.
  const fitting = (value, shape) => {
    if (shape === "text") return typeof value === "string" && value.length <= LONGEST ? value : undefined;
    if (shape === "number") return Number.isFinite(value) ? value : undefined;
    if (shape === "flag") return typeof value === "boolean" ? value : undefined;
    if (Array.isArray(shape)) {
      if (!Array.isArray(value)) return undefined;
      return value.slice(0, MOST).map((item) => fitting(item, shape[0])).filter((item) => item !== undefined);
    }
    if (typeof value !== "object" || value === null) return undefined;
    const kept = {};
    for (const [field, inner] of Object.entries(shape)) {
      const name = field.replace("?", "");
      const part = Object.hasOwn(value, name) ? fitting(value[name], inner) : undefined;
      if (part !== undefined) kept[name] = part;
      else if (name === field) return undefined;
      else kept[name] = null;
    }
    return kept;
  };
  const sound = (value, shape) => fitting(value, shapes[shape]) || null;
  const soundTurn = (value) => {
    const turn = sound(value, "turn");
    if (!turn) return null;
    if (turn.state === "answered") return turn.answer ? turn : null;
    // What waited when the page was closed will not come any more.
    return { ...turn, state: "problem", answer: null, problem: turn.problem || dateline.text("turn.stopped") };
  };

  let opened = null;
  const open = () => opened ||= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("chats", { keyPath: "id" });
      request.result.createObjectStore("turns", { keyPath: "id" }).createIndex("chat", "chat");
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opened = null; };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  }).catch((error) => { opened = null; throw error; });

  // Run `work` in one transaction, and return what its request brings once everything is written.
  const run = async (mode, work) => {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(["chats", "turns"], mode);
      const chats = transaction.objectStore("chats");
      const turns = transaction.objectStore("turns");
      const request = work(chats, turns);
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  };

  // Reading fails quietly: a browser that keeps nothing shows no chats. Writing tells, once.
  let told = false;
  let writes = 0;
  const write = async (work) => {
    writes += 1;
    try {
      await run("readwrite", work);
      told = false;
      return true;
    } catch (error) {
      const full = error?.name === "QuotaExceededError";
      if (!told) dateline.notice(dateline.text(full ? "chats.full" : "chats.unkept"));
      told = true;
      return false;
    }
  };
  const read = (work) => run("readonly", work).catch(() => []);

  const tabs = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
  const changed = (chat) => { tabs?.postMessage({ chat }); dateline.send("kept", { chat, here: true }); };
  if (tabs) tabs.onmessage = ({ data }) => dateline.send("kept", { chat: String(data?.chat), here: false });

  const byAge = (one, two) => one.at - two.at;
  const chats = async () => (await read((store) => store.getAll())).map((chat) => sound(chat, "chat")).filter(Boolean)
    .sort((one, two) => two.changed - one.changed);
  const turns = async (chat) => (await read((_, store) => store.index("chat").getAll(chat))).map(soundTurn)
    .filter(Boolean).sort(byAge).slice(-MOST_TURNS);

  const makeRoom = async () => {
    const all = await chats();
    for (const chat of all.slice(MOST_CHATS)) await remove(chat.id);
  };

  // Write a turn. The chat is made with its first one, called as its question; a name that was given stays.
  const keep = async (turn) => {
    let made = false;
    const done = await write((chatStore, turnStore) => {
      const request = chatStore.get(turn.chat);
      request.onsuccess = () => {
        const before = sound(request.result, "chat");
        made = !before;
        const title = turn.question.slice(0, 120);
        chatStore.put({ ...(before || { id: turn.chat, title, named: false, made: turn.at }), changed: Date.now() });
      };
      turnStore.put(turn);
    });
    if (made) await makeRoom();
    if (done) changed(turn.chat);
    return done;
  };

  const rename = async (id, title) => {
    await write((store) => {
      const request = store.get(id);
      request.onsuccess = () => request.result && store.put({ ...request.result, title, named: true });
    });
    changed(id);
  };

  // Take turns out, or a chat with its turns; return what puts them back.
  const drop = async (list) => {
    if (!list.length) return async () => {};
    await write((_, store) => list.forEach((turn) => store.delete(turn.id)));
    changed(list[0].chat);
    return async () => {
      await write((_, store) => list.forEach((turn) => store.put(turn)));
      changed(list[0].chat);
    };
  };
  const remove = async (id) => {
    const [chat, its] = [(await chats()).find((one) => one.id === id), await turns(id)];
    await write((chatStore, turnStore) => {
      chatStore.delete(id);
      const keys = turnStore.index("chat").getAllKeys(id);
      keys.onsuccess = () => keys.result.forEach((key) => turnStore.delete(key));
    });
    changed(id);
    return async () => {
      await write((chatStore, turnStore) => {
        if (chat) chatStore.put(chat);
        its.forEach((turn) => turnStore.put(turn));
      });
      changed(id);
    };
  };

  // The chats in which all words stand, in the title, a question or an answer; newest first.
  const search = async (wanted) => {
    const words = wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const all = await chats();
    if (!words.length) return all;
    const texts = new Map(all.map((chat) => [chat.id, [chat.title]]));
    for (const turn of await read((_, store) => store.getAll())) {
      if (typeof turn?.question !== "string") continue;
      texts.get(turn.chat)?.push(turn.question, typeof turn.answer?.text === "string" ? turn.answer.text : "");
    }
    return all.filter((chat) => {
      const text = texts.get(chat.id).join(" ").toLocaleLowerCase();
      return words.every((word) => text.includes(word));
    });
  };

  const id = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  return { MOST_CHATS, MOST_TURNS, chats, drop, id, keep, remove, rename, search, turns, writes: () => writes };
})();
