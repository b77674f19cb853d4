// A form that was sent when the session had ended is not lost: what stood in it comes back after signing in, in this
// tab and for the same person only. Secrets, files and what the server hid in the form are never kept.
const STORE = "foureyes.sent";
const NEVER = "[type=password], [type=hidden], [type=file], [autocomplete=one-time-code]";
const { signIn, who } = document.body.dataset;
const isSigningIn = location.pathname === signIn;
const isAccount = signIn && location.pathname.startsWith(signIn.replace(/[^/]+\/$/, ""));

const addressOf = (form) => {
  const written = form.getAttribute("action") ?? form.getAttribute("hx-post") ?? "";
  return new URL(written, location.href).pathname;
};
const isSent = (form) => form.hasAttribute("hx-post") || form.getAttribute("method")?.toLowerCase() === "post";
const fieldsOf = (form) => [...form.elements].filter((one) => one.name && one.matches("input, textarea, select") && !one.matches(NEVER));
const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const isList = (field) => field.type === "select-multiple";

const read = (field) => {
  if (isTick(field)) return [field.name, field.value, field.checked];
  return [field.name, isList(field) ? [...field.selectedOptions].map((option) => option.value) : field.value];
};

const write = (field, kept) => {
  const at = kept.findIndex(([name, value]) => name === field.name && (!isTick(field) || value === field.value));
  if (at < 0) return;
  const [[, value, ticked]] = kept.splice(at, 1);
  if (isTick(field)) field.checked = ticked;
  else if (isList(field)) [...field.options].forEach((option) => { option.selected = value.includes(option.value); });
  else field.value = value;
};

const restore = ({ action, fields }) => {
  const form = [...document.forms].find((one) => isSent(one) && addressOf(one) === action);
  if (!form) return;
  fieldsOf(form).forEach((field) => write(field, fields));
  const details = form.closest("details");
  if (details) details.open = true;
  const dialog = form.closest("dialog");
  if (dialog && !dialog.open) dialog.showModal();
  form.scrollIntoView({ block: "center" });
  const note = document.getElementById("fe-restored");
  document.getElementById("fe-toasts").append(document.importNode(note.content, true));
};

const settle = () => {
  const sent = JSON.parse(sessionStorage.getItem(STORE) ?? "null");
  if (!sent) return;
  if (isSigningIn) return sessionStorage.setItem(STORE, JSON.stringify({ ...sent, kept: true }));
  if (isAccount || (sent.kept && sent.who === who && sent.page !== location.pathname)) return; // on the way back
  sessionStorage.removeItem(STORE);
  if (sent.kept && sent.who === who) restore(sent);
};

document.addEventListener("submit", ({ target: form }) => {
  if (!who || isAccount || !isSent(form)) return;
  const sent = { who, page: location.pathname, action: addressOf(form), fields: fieldsOf(form).map(read) };
  sessionStorage.setItem(STORE, JSON.stringify(sent));
}, true);
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement?.matches("form") && ctx.response?.status < 400) sessionStorage.removeItem(STORE);
});
settle();
