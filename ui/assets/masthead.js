const draw = () => {
  const facts = props.value;
  if (!facts) return;
  const count = facts.articles === 1 ? "1 article" : `${facts.articles.toLocaleString("en")} articles`;
  element.querySelector(".holdings").textContent = [count, facts.span].filter(Boolean).join(" · ");
};
draw();
watch("value", draw);
