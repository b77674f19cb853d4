// Dialogs, toasts, copy buttons, and a guard against sending a form twice.
const RELEASE_AFTER = 10_000; // a form that answers with a download leaves the page standing

const openMarked = (scope) => scope.querySelectorAll("dialog[data-open]:not([open])").forEach((d) => d.showModal());

const copy = async (button) => {
  await navigator.clipboard?.writeText(button.dataset.copy);
  document.getElementById("fe-live").textContent = button.dataset.copied ?? "";
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-dialog], [data-dialog-close], [data-copy], [data-toast-close]");
  if (!target) return;
  if (target.dataset.dialog) {
    event.preventDefault();
    document.getElementById(target.dataset.dialog)?.showModal();
  }
  if ("dialogClose" in target.dataset) target.closest("dialog")?.close();
  if (target.dataset.copy) copy(target);
  if ("toastClose" in target.dataset) target.closest(".fe-toast")?.remove();
});

const release = (form) => {
  delete form.dataset.sent;
  form.querySelectorAll("[data-held]").forEach((button) => {
    button.removeAttribute("aria-disabled");
    delete button.dataset.held;
  });
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return event.stopImmediatePropagation();
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
  if (event.submitter) event.submitter.dataset.held = "yes";
  setTimeout(release, RELEASE_AFTER, form);
}, true);
document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
document.addEventListener("htmx:after:swap", () => openMarked(document));
openMarked(document);
