const { el, text } = dateline;
const find = (selector) => element.querySelector(selector);
const inputs = [...element.querySelectorAll(".day input")];
let latest = 0;
let refocus = null; // the place of a chip that was removed

dateline.filtersSet = () => ({ outlets: props.value.outlets, since: props.value.since, until: props.value.until });

// --- what is set: the value goes with each question, and stands in the address

const set = (change) => {
  props.value = { ...props.value, ...change };
  dateline.keepFilters(props.value);
  draw();
};

const remove = (chip) =>
  set(chip.kind === "outlets" ? { outlets: props.value.outlets.filter((name) => name !== chip.value) } : { [chip.kind]: "" });

const chip = (filter, place) =>
  el("li", {}, el("button", { type: "button", className: "chip", "aria-label": text("filters.remove", { label: filter.label }),
    onclick: () => { refocus = place; remove(filter); },
    onkeydown: (event) => {
      if (event.key === "Delete" || event.key === "Backspace") event.currentTarget.click();
    } }, el("span", { dir: "auto" }, filter.label), el("span", { "aria-hidden": "true" }, "×")));

const shown = ({ chips, problem }) => {
  find(".chips").replaceChildren(...chips.map(chip));
  find(".clear").hidden = !chips.length;
  find(".problem").textContent = problem || "";
  find(".said").textContent = chips.length
    ? text("filters.said", { labels: chips.map((filter) => filter.label).join(", ") }) : text("filters.none");
  if (refocus === null) return;
  const left = element.querySelectorAll(".chip");
  (left[Math.min(refocus, left.length - 1)] || [find(".fold"), find(".pick")].find((button) => button.offsetParent)).focus();
  refocus = null;
};

const draw = async () => {
  const turn = ++latest;
  const { outlets, since, until } = props.value;
  inputs.forEach((input) => { input.value = props.value[input.name]; });
  element.querySelectorAll(".choices input").forEach((box) => { box.checked = outlets.includes(box.value); });
  const checked = await server.check_filters({ outlets, since, until });
  if (turn === latest) shown(checked); // else they were changed meanwhile
};

inputs.forEach((input) => input.addEventListener("change", () => set({ [input.name]: input.value.trim() })));
find(".clear").addEventListener("click", () => { refocus = 0; set({ outlets: [], since: "", until: "" }); });

// --- the outlets to choose from

const choice = ({ name, articles }) => {
  const box = el("input", { type: "checkbox", value: name, checked: props.value.outlets.includes(name),
    onchange: () => {
      const others = props.value.outlets.filter((other) => other !== name);
      set({ outlets: box.checked ? [...others, name] : others });
    } });
  return el("li", {}, el("label", {}, box, el("span", { dir: "auto" }, name),
    el("span", { className: "meta" },
      el("span", { "aria-hidden": "true" }, articles.toLocaleString(dateline.language)),
      el("span", { className: "unseen" }, text("articles.count", { count: articles })))));
};

let searching = 0;
const list = async () => {
  const turn = ++searching;
  const { outlets, matching } = await server.find_outlets(find(".find").value);
  if (turn !== searching) return; // typed on meanwhile
  find(".choices").replaceChildren(...outlets.map(choice));
  find(".count").textContent = !matching ? text("filters.no-outlet")
    : outlets.length < matching ? text("filters.more", { shown: outlets.length, count: matching }) : "";
};
let typing = 0;
find(".find").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(list, 120); });

// --- what is open

const open = (button, on) => {
  button.setAttribute("aria-expanded", String(on));
  if (button.matches(".fold")) find(".fields").classList.toggle("open", on);
  else find(".panel").hidden = !on;
  if (!on && button.matches(".fold")) open(find(".pick"), false);
  else if (on && button.matches(".pick")) list();
};
const isOpen = (button) => button.getAttribute("aria-expanded") === "true";
const buttons = [find(".pick"), find(".fold")]; // the inner one first
buttons.forEach((button) => button.addEventListener("click", () => open(button, !isOpen(button))));
element.addEventListener("keydown", (event) => {
  const inner = event.key === "Escape" && buttons.find(isOpen);
  if (inner) { open(inner, false); inner.focus(); }
});
element.closest("#asking").addEventListener("focusin", (event) => {
  if (event.target.closest("#question")) buttons.forEach((button) => open(button, false));
});

// The page sets the value once when it loads, from its address: a link or a reload brings its own.
watch("value", draw);
