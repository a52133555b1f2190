// What every view has: news that can be undone, what a screen reader is told, shortcuts, pictures on buttons.
// The two regions stand in chats.html from the start: what is put into a region that is new is not read out.
Object.assign(dateline, {
  // A button with a picture; its name is read out and shown on hover.
  button(name, picture, onclick, properties = {}) {
    return this.el("button", { type: "button", className: "tool", "aria-label": name, title: name, onclick, ...properties },
      this.picture(picture));
  },

  picture(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", this.pictures[name]);
    svg.append(path);
    return svg;
  },
  pictures: {
    chats: "M4 6h16M4 12h16M4 18h10",
    new: "M12 5v14M5 12h14",
    help: "M9.2 9a2.9 2.9 0 1 1 4.3 2.5c-.9.5-1.5 1.1-1.5 2.1v.4M12 17.4v.2",
    close: "M6 6l12 12M18 6L6 18",
    copy: "M9 9h11v11H9zM5 15H4V4h11v1",
    link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17",
    edit: "M4 20l1-4.5L16 4.5l3.500 3.500L8.500 19z",
    watch: "M2.500 12s3.500-6 9.500-6 9.500 6 9.500 6-3.500 6-9.500 6-9.500-6-9.500-6zM12 9.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5",
    up: "M7 11v9H4v-9zM7 11l4-8c1.500 0 2.500 1 2.500 2.500L13 9h5.500c1 0 1.800 1 1.500 2l-2 7.500c-.2.900-1 1.500-1.900 1.500H7",
    down: "M17 13V4h3v9zM17 13l-4 8c-1.500 0-2.500-1-2.500-2.500L11 15H5.500c-1 0-1.800-1-1.500-2l2-7.500C6.200 4.600 7 4 7.900 4H17",
    send: "M12 19V5M6 11l6-6 6 6",
    stop: "M7 7h10v10H7z",
    leave: "M14 4h5v16h-5M4 12h10M10 8l4 4-4 4",
    more: "M5.500 12h.01M12 12h.01M18.500 12h.01",
  },

  // --- what is told: on screen until the next news, with a way back; and to a screen reader alone

  notice(words, way) {
    const region = document.getElementById("notices");
    const close = () => region.replaceChildren();
    const undo = way && this.el("button", { type: "button", className: "plain",
      onclick: () => { close(); way.run(); } }, way.name);
    region.replaceChildren(this.el("p", { dir: "auto" }, words), ...[undo].filter(Boolean),
      this.button(this.text("notice.close"), "close", close));
  },

  noNotice() {
    document.getElementById("notices").replaceChildren();
  },

  say(words) {
    document.getElementById("said").textContent = words;
  },

  // --- shortcuts: single keys, never while something is typed, and not when they were switched off (WCAG 2.1.4)

  shortcuts: [],

  // `name` is the key of a text; `when` says whether it works now: by default, while no dialog covers the page.
  shortcut(key, name, run, when = () => !document.querySelector("dialog:modal")) {
    this.shortcuts = [...this.shortcuts.filter((other) => other.key !== key || other.name !== name), { key, name, run, when }];
  },

  shortcutsOn(on) {
    try {
      if (on !== undefined) localStorage.setItem("dateline.shortcuts", on ? "on" : "off");
      return localStorage.getItem("dateline.shortcuts") !== "off";
    } catch {
      return true; // a browser that keeps nothing
    }
  },

  // --- out of the page

  link(url) {
    return /^https?:\/\//i.test(url || "") ? url : null;
  },

  async copy(words, told) {
    try {
      await navigator.clipboard.writeText(words);
    } catch { // no permission, or a page that is not served as secure
      const area = this.el("textarea", { value: words, className: "unseen", "aria-hidden": "true" });
      const focused = document.activeElement;
      (document.querySelector("dialog:modal") || document.body).append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      focused?.focus();
      if (!done) { this.notice(this.text("copy.failed")); return; }
    }
    this.notice(told);
  },

  download(name, type, content) {
    const url = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
    this.el("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  },
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  const typing = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (typing || !dateline.shortcutsOn()) return;
  const shortcut = dateline.shortcuts.findLast((one) => one.key === event.key && one.when());
  if (!shortcut) return;
  event.preventDefault();
  shortcut.run();
});
