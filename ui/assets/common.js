// What the components share; texts.js comes first. Text from articles and questions becomes text nodes, never HTML.
Object.assign(dateline, {
  // An element with properties, attributes (aria-*, data-*, dir, role) and children; null children are left out.
  el(tag, properties = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in node) node[name] = value;
      else node.setAttribute(name, value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  },

  // [{text, mark}, ...] as text nodes and <mark> elements.
  segments(parts) {
    return parts.map((part) => (part.mark ? this.el("mark", {}, part.text) : part.text));
  },

  // Open a stored article at the words; focus returns to `opener`.
  openArticle(place, opener) {
    this.send("open", { place, opener });
  },

  send(name, detail) {
    document.dispatchEvent(new CustomEvent(`dateline:${name}`, { detail }));
  },

  // Listen; a component that is drawn again takes the place of its earlier listener. One component listens to a name:
  // of two, the one that is drawn last would silence the other.
  on(name, listener) {
    const key = `dateline:${name}`;
    this.listeners = this.listeners || {};
    if (this.listeners[key]) document.removeEventListener(key, this.listeners[key]);
    this.listeners[key] = listener;
    document.addEventListener(key, listener);
    this.send("listening");
  },

  // Wait until each of the names has its listener: components are drawn one by one, in no order that can be relied on.
  listening(...names) {
    return new Promise((resolve) => {
      const look = () => {
        if (!names.every((name) => this.listeners?.[`dateline:${name}`])) return;
        document.removeEventListener("dateline:listening", look);
        resolve();
      };
      document.addEventListener("dateline:listening", look);
      look();
    });
  },

  // The filters in the address of the page, and the other way round: a reload or a link keeps them.
  filtersKept() {
    const kept = new URLSearchParams(location.search);
    return { outlets: [...new Set(kept.getAll("outlet"))], since: kept.get("since") || "", until: kept.get("until") || "" };
  },

  keepFilters({ outlets, since, until }) {
    const address = new URL(location);
    ["outlet", "since", "until"].forEach((name) => address.searchParams.delete(name));
    outlets.forEach((outlet) => address.searchParams.append("outlet", outlet));
    if (since) address.searchParams.set("since", since);
    if (until) address.searchParams.set("until", until);
    history.replaceState(history.state, "", address);
  },

  // The filters that are set now; filters.js knows them once it is drawn.
  filters() {
    return this.filtersSet ? this.filtersSet() : this.filtersKept();
  },

  // What the address asks for besides: the chat that is open (#chat=...), or a question to ask (?q=...&now=...).
  kept() {
    const asked = new URLSearchParams(location.search);
    return { chat: new URLSearchParams(location.hash.slice(1)).get("chat"),
      question: (asked.get("q") || "").trim(), now: asked.get("now") };
  },

  // The article that the address names, at the words: #article=ID&at=START-END, as in a feed. Read when the page comes.
  linked: (() => {
    const asked = new URLSearchParams(location.hash.slice(1));
    const [start, end] = (asked.get("at") || "").split("-").map(Number);
    return asked.get("article") && { article: asked.get("article"), start: start || 0, end: end || 0 };
  })(),

  // What to say of a box that holds more than a question may have, counted as the server counts: '' when it is fine.
  tooLong(box) {
    const count = [...box.value.trim()].length;
    const long = count > this.longest;
    if (long) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
    return long ? this.text("question.over", { count: count.toLocaleString(this.language), most: this.longest.toLocaleString(this.language) }) : "";
  },

  // A question that was asked leaves the address, or a reload would ask it again.
  address({ chat }) {
    const address = new URL(location);
    ["q", "now"].forEach((name) => address.searchParams.delete(name));
    address.hash = chat ? `chat=${chat}` : "";
    history.replaceState(history.state, "", address);
  },
});
