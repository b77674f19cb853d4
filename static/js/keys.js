// Keys for people who live in a list: j k move, Enter opens, x selects, e is done, h is for later, ? helps, g then a letter jumps.
// One-letter keys can be switched off: for good in the preferences, for one browser in the help (WCAG 2.1.4).
const STORE = "foureyes.keys";
const ROWS = ".fe-case, tr[data-row]";
const forAll = document.body.dataset.keys !== "off";
const isOn = () => forAll && localStorage.getItem(STORE) !== "off";
const isTyping = (element) => element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
let leader = 0;

const rows = () => [...document.querySelectorAll(ROWS)];
const cursor = () => document.querySelector(".is-cursor");

const move = (step) => {
  const all = rows();
  if (!all.length) return false;
  const next = all[Math.min(Math.max(all.indexOf(cursor()) + step, 0), all.length - 1)];
  all.forEach((row) => row.classList.toggle("is-cursor", row === next));
  next.querySelector("a")?.focus();
  return true;
};

const press = (selector) => {
  const target = (cursor() ?? document).querySelector(selector);
  target?.click();
  return Boolean(target);
};

const jump = (key) => {
  const link = document.querySelector(`a[data-jump="${CSS.escape(key)}"]`);
  link?.click();
  return Boolean(link);
};

const act = (key) => {
  if (Date.now() - leader < 1200) { leader = 0; return jump(key); }
  if (key === "g") { leader = Date.now(); return true; }
  if (key === "j") return move(1);
  if (key === "k") return move(-1);
  if (key === "x") return press("input[type=checkbox]");
  if (key === "?") { document.getElementById("fe-keys")?.showModal(); return true; }
  return Boolean(cursor()) && press(`[data-row-key="${CSS.escape(key)}"]`);
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!isOn() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key.length === 1 && act(event.key)) event.preventDefault();
});

const toggle = document.getElementById("fe-keys-on");
if (toggle) {
  toggle.checked = isOn();
  toggle.disabled = !forAll;
  toggle.addEventListener("change", () => localStorage.setItem(STORE, toggle.checked ? "on" : "off"));
}
