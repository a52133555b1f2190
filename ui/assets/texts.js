// Every English text of the page, in one table; what the server says stands in ui/texts.py. To translate the page,
// translate the values: {name} is filled in. {"one", "other"} are chosen by `count`, by the rules of the language.
window.dateline = { language: "en" };
dateline.texts = {
  // The frame
  "page.name": "Dateline",
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
