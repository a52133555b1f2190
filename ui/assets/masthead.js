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
element.querySelector(".do").append(
  named("chats.name", "chats", () => dateline.send("chats")),
  named("chat.new", "new", begin),
  dateline.button(text("keys.name"), "help", () => dateline.send("keys")));
dateline.shortcut("n", "keys.new", begin);
