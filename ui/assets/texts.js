// Every English text of the page, in one table; what the server says stands in ui/texts.py. To translate the page,
// translate the values: {name} is filled in. {"one", "other"} are chosen by `count`, by the rules of the language.
window.dateline = { language: "en" };
dateline.texts = {
  // The frame
  "page.name": "Dateline",
  "page.skip": "Skip to the question",
  "close": "Close",
  "undo": "Undo",
  "notice.close": "Dismiss this message",
  "copy.failed": "The browser did not allow copying",
  "articles.count": { one: "{count} article", other: "{count} articles" },

  // Filters
  "filters.name": "Filters",
  "filters.outlets": "Outlets",
  "filters.since": "Since",
  "filters.until": "Until",
  "filters.day": "YYYY-MM-DD",
  "filters.days": "A year, a month or a day: 2011, 2011-03 or 2011-03-14",
  "filters.set": "Filters that are set",
  "filters.clear": "Clear all",
  "filters.find": "Find outlets",
  "filters.find-hint": "Find an outlet",
  "filters.remove": "Remove the filter {label}",
  "filters.said": "Filters set: {labels}",
  "filters.none": "No filters set",
  "filters.no-outlet": "No outlet of this name",
  "filters.more": { one: "{shown} of {count} outlet: type to find the others", other: "{shown} of {count} outlets: type to find the others" },

  // The article
  "reader.steps": "Citations of this answer",
  "reader.step": "Citation {number} of {count}",
  "reader.previous": "Previous citation",
  "reader.previous-key": "Previous citation (p)",
  "reader.next": "Next citation",
  "reader.next-key": "Next citation (n)",
  "reader.find": "Find",
  "reader.find-key": "Find in this article (f)",
  "reader.find-in": "Find in this article",
  "reader.hits": "{number} of {count}",
  "reader.hits-more": "{number} of more than {count}",
  "reader.no-hit": "Not in this article",
  "reader.hit-before": "Previous place",
  "reader.hit-after": "Next place",
  "reader.cite": "Cite",
  "reader.citation": "Citation",
  "reader.form": "Form of the citation",
  "reader.plain": "Plain",
  "reader.markdown": "Markdown",
  "reader.bibtex": "BibTeX",
  "reader.copy": "Copy",
  "reader.copied": "Copied",
  "reader.copy-yourself": "The browser does not let this page copy: it is selected, copy it with the keyboard",
  "reader.close": "Close article",
  "reader.close-short": "Close",
  "reader.text": "Article text",
  "reader.by": "By {author}",
  "reader.updated": "updated {date}",
  "reader.words": { one: "{count} word", other: "{count} words" },
  "reader.original": "Original page",
  "reader.new-tab": "(opens in a new tab)",
  "reader.copies": { one: "The same story in one other article", other: "The same story in {count} other articles" },
  "reader.gone": "This article is no longer in the archive",
  "reader.gone-why": "It was removed after the answer was given.",

  // The welcome
  "welcome.name": "Welcome",
  "welcome.heading": "What do the articles say?",
  "welcome.lead": "Answers come in their own words, with the article and its date.",
  "welcome.examples": "For example",
  "welcome.newest": "Newest articles",
  "welcome.empty": "The archive is empty",
  "welcome.empty-lead": "Put articles in it, then ask what they say.",
  "welcome.add": "Add articles here",
  "welcome.add-what": "as files, pages or feeds.",
  "welcome.terminal": "Or in a terminal:",

  // The question box
  "question.name": "Your question",
  "question.hint": "Ask the articles",
  "question.ask": "Ask",
  "question.stop": "Stop",

  // A turn of the chat
  "chat.name": "Conversation",
  "chat.new": "New chat",
  "turn.looking": "Looking through the articles…",
  "turn.reading": { one: "Reading {count} article…", other: "Reading {count} articles…" },
  "turn.stopped": "Stopped.",
  "turn.failed": "The answer did not come: the server is busy, has stopped, or met with an error. What you asked is kept.",
  "turn.again": "Ask again",
  "turn.source": "Source {number}: {title}",
  "turn.sentences": { one: "Sentence", other: "Sentences" },
  "turn.sentences-that": { one: "that says {value}", other: "that say {value}" },
  "turn.leads": "The answer",
  "turn.timeline": "What the articles say, newest first",
  "turn.values": "What the articles say",
  "turn.by-date": "By date, newest first",
  "turn.undated": "Date unknown",
  "turn.searched": "Searched for: {question}",
  "turn.change": "Change",
  "turn.change-label": "Change what is searched for",
  "turn.dates": "Dates asked about: {dates}",
  "turn.filtered": "Filtered: {filters}",
  "turn.outside": "Outside your filters,",
  "turn.outside-says": "({date}) says:",
  "turn.unfiltered": "Ask without filters",
  "turn.which": "Which one do you mean?",
  "turn.summary": "Summary",
  "turn.items": "Items",
  "turn.tools": "This answer",
  "turn.copy": "Copy the answer with its sources",
  "turn.copied": "Copied, with its sources.",
  "turn.link": "Copy a link that asks this again",
  "turn.linked": "Copied a link. Who opens it asks this question again, of the archive as it is then.",
  "turn.edit": "Edit the question",
  "turn.show": "Show its sources",
  "turn.show-nearest": "Show the nearest passages",
  "turn.next": "Ask next",
  "turn.said": "{text}. {byline}. {confidence}",

  // Edit and ask again
  "edit.question": "Corrected question",
  "edit.ask": "Ask again",
  "edit.cancel": "Cancel",
  "edit.later": { one: "The {count} turn after it is dropped.", other: "The {count} turns after it are dropped." },
  "edit.dropped": { one: "Asked again in place of the earlier question.", other: "Asked again in place of {count} turns." },

  // Judgements
  "judge.up": "This is right",
  "judge.down": "This is wrong",
  "judge.why": "What is wrong?",
  "judge.reason.words": "The words are not the answer",
  "judge.reason.date": "Out of date, or of another time",
  "judge.reason.article": "The wrong article",
  "judge.reason.missing": "The articles do say",
  "judge.reason.unclear": "Hard to understand",
  "judge.words": "In your own words (optional)",
  "judge.send": "Send",
  "judge.thanks": "Noted beside the archive, on this machine. Thank you.",
  "judge.undone": "Taken back.",
  "judge.failed": "The judgement did not reach the server: press it again",

  // Chats
  "chats.name": "Chats",
  "chats.search": "Search chats",
  "chats.count": { one: "{count} chat", other: "{count} chats" },
  "chats.none": "No chats yet. The first question begins one.",
  "chats.none-found": "No chat has these words",
  "chats.note": "Kept in this browser only, the newest {most}.",
  "chats.rename": "Rename {title}",
  "chats.delete": "Delete {title}",
  "chats.deleted": "Deleted {title}.",
  "chats.new-name": "New name",
  "chats.save": "Save",
  "chats.full": "The browser's storage is full: delete some chats, or this one will be lost when the page is closed.",
  "chats.unkept": "The browser does not keep this chat: it will be lost when the page is closed.",

  // Out of the page
  "export.name": "Export",
  "export.markdown": "Markdown",
  "export.html": "Web page",
  "export.json": "JSON",
  "share.sources": "Sources",
  "share.nearest": "Nearest passages",
  "share.others": "Other articles say otherwise:",

  // Sources
  "sources.name": "Sources",
  "sources.nearest": "Nearest passages",
  "sources.open": "Open {title} at these words",
  "sources.reading": { one: "Reading {count} article", other: "Reading {count} articles" },

  // Keys
  "keys.name": "Keyboard shortcuts",
  "keys.on": "Single-key shortcuts",
  "keys.help": "Show these keys",
  "keys.new": "New chat",
  "keys.question": "Go to the question",
  "keys.next-turn": "Next turn",
  "keys.previous-turn": "Previous turn",
  "keys.copy": "Copy the answer",
  "keys.edit": "Edit the question",
  "keys.chats": "Chats",
  "keys.search": "Search chats",
};

// The text of a key. A key that is missing is shown itself: a test finds it, and the page goes on.
dateline.text = (key, values = {}) => {
  const entry = dateline.texts[key] ?? key;
  const words = typeof entry === "string" ? entry : entry[dateline.plural.select(values.count)] ?? entry.other;
  return words.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return typeof value === "number" ? value.toLocaleString(dateline.language) : value ?? whole;
  });
};
dateline.plural = new Intl.PluralRules(dateline.language);

// Fill in the texts of a template, which names them: data-text, data-label (aria-label), data-title, data-placeholder.
dateline.fill = (element) => {
  const attributes = { label: "aria-label", title: "title", placeholder: "placeholder" };
  element.querySelectorAll("[data-text]").forEach((node) => { node.textContent = dateline.text(node.dataset.text); });
  for (const [name, attribute] of Object.entries(attributes)) {
    element.querySelectorAll(`[data-${name}]`).forEach((node) =>
      node.setAttribute(attribute, dateline.text(node.dataset[name])));
  }
};
