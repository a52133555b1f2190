// The question box. Nothing goes to the server while it is typed in; Enter asks, Shift+Enter begins a line.
const { text } = dateline;
const form = element.querySelector("form");
const box = form.querySelector("textarea");
const go = form.querySelector(".go");
let running = false;

const over = element.querySelector(".over");
dateline.longest = props.longest; // a limit of the box itself would cut what is pasted without a word

const draw = () => {
  const name = text(running ? "question.stop" : "question.ask");
  go.className = `go ${running ? "stop" : "submit"}`;
  go.setAttribute("aria-label", name);
  go.title = name;
  go.replaceChildren(dateline.picture(running ? "stop" : "send"));
};

const write = (words) => {
  box.value = words;
  if (!CSS.supports("field-sizing", "content")) { // it grows by itself elsewhere
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }
  over.textContent = dateline.tooLong(box);
};

const ask = () => !dateline.tooLong(box) && dateline.send("ask", { question: box.value, taken: (went) => { if (went) write(""); } });

// Who answers, where the server has an LLM: it, in sentences that are checked, or the articles in their own words.
const writer = element.querySelector(".writer");
const OWN = "dateline.own-words";
const kept = () => { try { return localStorage.getItem(OWN); } catch { return null; } };
let own = kept() === "1";
dateline.prose = () => !!props.llm && !own;
const choose = (prose) => {
  own = !prose;
  try {
    if (prose) localStorage.removeItem(OWN);
    else localStorage.setItem(OWN, "1");
  } catch { /* it is not kept, then */ }
  drawWriter();
};
const drawWriter = () => {
  writer.hidden = !props.llm;
  if (!props.llm) return;
  const focused = [...writer.children].indexOf(document.activeElement);
  const button = (name, prose) => dateline.el("button", { type: "button", dir: "auto", "aria-pressed": String(dateline.prose() === prose),
    onclick: () => choose(prose) }, name);
  writer.replaceChildren(button(text("writer.llm", { name: props.llm }), true), button(text("writer.own"), false));
  if (focused >= 0) writer.children[focused].focus();
};
drawWriter();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running) dateline.send("stop");
  else ask();
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (!running) ask(); // what is typed while an answer is on its way stays
});
box.addEventListener("input", () => write(box.value));

dateline.on("running", ({ detail }) => { running = detail; draw(); });
dateline.on("type", ({ detail }) => {
  write(detail);
  box.focus();
  box.setSelectionRange(detail.length, detail.length);
});
dateline.shortcut("/", "keys.question", () => box.focus());
draw();
if (!dateline.kept().chat && matchMedia("(pointer: fine)").matches) box.focus({ preventScroll: true });
