const draw = () => {
  const facts = props.value;
  if (!facts) return;
  const count = dateline.text("articles.count", { count: facts.articles });
  element.querySelector(".holdings").textContent = [count, facts.span].filter(Boolean).join(" · ");
};
draw();
watch("value", draw);
