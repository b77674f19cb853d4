// One place for every answer that must not land in a fragment: signed out, refused, broken, no network.
htmx.config.noSwap = [204, 304]; // 422 is a form with its errors and belongs where the form was

const dialog = document.getElementById("fe-fault");
const isPoll = (context) => context.sourceElement?.closest("[data-poll]");

const toSignIn = () => {
  const address = new URL(document.body.dataset.signIn || "/", location.href);
  address.searchParams.set("next", location.pathname + location.search);
  address.searchParams.set("ended", "1");
  location.assign(address);
};

const showFault = (text, fallback) => {
  const page = new DOMParser().parseFromString(text, "text/html").querySelector(".fe-fault");
  const body = dialog.querySelector("[data-fault-body]");
  if (page) body.replaceChildren(...document.importNode(page, true).childNodes);
  else body.textContent = fallback;
  if (!dialog.open) dialog.showModal();
};

const isSignIn = (response) => response.redirected && new URL(response.url).pathname === document.body.dataset.signIn;
const isPage = (context) => /^\s*<!doctype/i.test(context.text) && !context.select;

document.addEventListener("htmx:after:request", (event) => {
  const context = event.detail.ctx;
  const { status, raw } = context.response;
  if (status === 401 || isSignIn(raw)) { event.preventDefault(); return toSignIn(); }
  if (status >= 400 && status !== 422) {
    event.preventDefault();
    if (!isPoll(context)) showFault(context.text, dialog.dataset.broken);
  } else if (status < 400 && isPage(context)) {
    event.preventDefault();
    location.assign(raw.url);
  }
});

document.addEventListener("htmx:error", (event) => {
  if (!isPoll(event.detail.ctx ?? {})) showFault("", dialog.dataset.offline);
});

document.addEventListener("htmx:before:request", (event) => {
  const context = event.detail.ctx;
  if (!isPoll(context)) context.target?.setAttribute?.("aria-busy", "true"); // drawn as on its way
  else if (document.hidden) event.preventDefault(); // nobody watches
});
document.addEventListener("htmx:finally:request", (event) => event.detail.ctx?.target?.removeAttribute?.("aria-busy"));

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx?.target;
  const scope = target?.isConnected ? target : document;
  scope.querySelector?.("[data-focus]")?.focus();
  const words = scope.querySelector?.("[data-announce]")?.dataset.announce;
  if (words) document.getElementById("fe-live").textContent = words;
});
