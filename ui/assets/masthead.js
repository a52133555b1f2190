const { text } = dateline;

const draw = () => {
  const facts = props.value;
  if (!facts) return;
  const count = text("articles.count", { count: facts.articles });
  element.querySelector(".holdings").textContent = [count, facts.span].filter(Boolean).join(" · ");
};
draw();
watch("value", draw);

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
  named("chats.name", "chats", () => dateline.send("chats")),
  named("chat.new", "new", begin),
  dateline.button(text("keys.name"), "help", () => dateline.send("keys")),
  ...(props.login ? [leave()] : []));
dateline.shortcut("n", "keys.new", begin);
