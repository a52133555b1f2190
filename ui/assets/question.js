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
