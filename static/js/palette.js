// Find or do: Ctrl-K (⌘K) or the field in the bar. The server finds; here the choices are walked, the focus stays in the
// input (WAI-ARIA combobox with a listbox). A key with a modifier disturbs nobody, so it has no switch (WCAG 2.1.4).
const dialog = document.getElementById("fe-palette");
const field = document.getElementById("fe-palette-q");
const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

let waiting = false; // for choices to the words as they are now
let entered = false; // Enter was pressed meanwhile

const choices = () => [...dialog.querySelectorAll("[role=option]")];
const chosen = () => dialog.querySelector('[aria-selected="true"]');

const choose = (choice) => {
  chosen()?.setAttribute("aria-selected", "false");
  choice?.setAttribute("aria-selected", "true");
  choice?.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", choice?.id ?? "");
};

const move = (step) => {
  const all = choices();
  if (all.length && !waiting) choose(all.at((all.indexOf(chosen()) + step) % all.length));
};

const begin = () => { waiting = true; entered = false; choose(null); };

const settle = () => {
  waiting = false;
  const found = dialog.querySelector("[data-announce]");
  field.setAttribute("aria-expanded", String(choices().length > 0));
  choose(choices()[0]);
  dialog.querySelector("[data-palette-status]").textContent = found?.dataset.announce ?? "";
  if (entered) chosen()?.click();
};

// htmx takes up the field a moment after the page has come; whoever is quicker is not forgotten.
const ask = () => {
  if (!field.hasAttribute("data-htmx-powered")) setTimeout(ask, 20);
  else field.dispatchEvent(new CustomEvent("find", { bubbles: true }));
};

const open = () => {
  if (dialog.open) return dialog.close();
  if (document.querySelector("dialog[open]")) return undefined; // another question stands first
  dialog.showModal();
  field.select();
  begin();
  return ask();
};

const isCall = (event) => event.key.toLowerCase() === "k" && (isApple ? event.metaKey : event.ctrlKey) && !event.shiftKey && !event.altKey;

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (!isCall(event)) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (event.target === dialog) return dialog.close(); // beside it
    if (event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest("[data-palette]")) return undefined;
    event.preventDefault();
    return open();
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (STEPS[event.key]) { event.preventDefault(); move(STEPS[event.key]); }
    if (event.key !== "Enter" || !(chosen() || waiting)) return; // else the page says that nothing matches
    event.preventDefault();
    if (waiting) entered = true; // what was chosen before belongs to other words
    else chosen().click();
  });
  field.addEventListener("input", begin);
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx?.target?.id === "fe-palette-found") settle();
  });
  if (isApple) document.querySelectorAll("[data-mod]").forEach((key) => { key.textContent = "⌘"; });
}
