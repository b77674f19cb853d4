// What a person typed survives a reload and an expired session, in this tab only.
// <textarea data-draft="KEY">: let KEY change when the text has been taken.
// <output data-draft-note="KEY" data-words="Draft saved"> shows when it was kept.
const PREFIX = "foureyes.draft.";

const restore = (scope) => scope.querySelectorAll("textarea[data-draft]").forEach((field) => {
  const kept = sessionStorage.getItem(PREFIX + field.dataset.draft);
  if (kept && !field.value) field.value = kept;
});

const note = (key) => {
  const output = document.querySelector(`[data-draft-note="${CSS.escape(key)}"]`);
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (output) output.textContent = `${output.dataset.words} ${time.format(new Date())}`;
};

document.addEventListener("input", (event) => {
  const key = event.target.dataset?.draft;
  if (!key) return;
  sessionStorage.setItem(PREFIX + key, event.target.value);
  note(key);
});
document.addEventListener("htmx:after:swap", () => restore(document));
restore(document);
