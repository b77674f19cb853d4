// How many rows are chosen: shows the bar of what can be done with them, and tells the number.
const bar = () => document.getElementById("chosen");

const show = () => {
  const form = bar();
  if (!form) return;
  const chosen = [...form.elements].filter((one) => one.matches("input[type=checkbox]:checked")).length;
  form.hidden = !chosen;
  const words = form.querySelector("[data-selected]");
  words.textContent = words.dataset.selected.replace("{n}", chosen);
};

document.addEventListener("change", show);
document.addEventListener("reset", () => setTimeout(show));
document.addEventListener("htmx:after:swap", show);
addEventListener("pageshow", show);
show();
