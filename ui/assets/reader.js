const { el } = dateline;
const dialog = element.querySelector("dialog");
let opener = null;
let latest = 0;

const fill = (article) => {
  dialog.querySelector("h2").textContent = article ? article.title : "This article is no longer in the archive";
  const link = article && article.link
    ? el("a", { href: article.link, target: "_blank", rel: "noopener noreferrer" }, "original page") : null;
  dialog.querySelector(".meta").replaceChildren(
    ...[article ? article.byline : "It was removed after the answer was given.", link].filter(Boolean));
  const paragraphs = article ? article.paragraphs : [];
  dialog.querySelector(".text").replaceChildren(...paragraphs.map((parts) =>
    el("p", { dir: "auto", className: parts.some((part) => part.mark) ? "cited" : "" }, ...dateline.segments(parts))));
};

dateline.on("open", async ({ detail }) => {
  const turn = ++latest;
  const { article, start, end } = detail.place;
  const found = await server.open_article({ article, start, end });
  if (turn !== latest) return; // another one was chosen meanwhile
  opener = detail.opener;
  fill(found);
  if (!dialog.open) dialog.showModal();
  const page = dialog.querySelector(".page");
  page.scrollTop = 0;
  const mark = dialog.querySelector("mark");
  if (mark) mark.scrollIntoView({ block: "center" });
});

dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest(".close")) dialog.close();
});
dialog.addEventListener("close", () => opener && opener.isConnected && opener.focus());
