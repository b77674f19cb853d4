// Suggestions while typing @: <textarea data-mentions="ADDRESS">. The server answers with a listbox of those who can be
// called; the focus stays in the text, the choices are walked from there (WAI-ARIA combobox with a listbox). Where this
// does not run, @name works as it stands: the server reads the text, not the choice.
const CALL = /(?:^|[^\p{L}\p{N}_@.+-])@([\p{L}\p{N}_.@+-]{0,60})$/u; // as workflows/cases/mentions.py reads it
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const WAIT_MS = 150;

const begunIn = (field) => {
  if (field.selectionStart !== field.selectionEnd) return null;
  return CALL.exec(field.value.slice(0, field.selectionStart))?.[1] ?? null;
};

const boxFor = (field) => {
  const place = document.createElement("div");
  place.className = "fe-mentions";
  const list = document.createElement("div");
  list.className = "fe-mentions-list";
  list.hidden = true;
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  place.append(list, status);
  field.after(place);
  return { list, status };
};

const attach = (field) => {
  field.dataset.mentionsOn = "";
  const { list, status } = boxFor(field);
  let timer = 0;
  let asked = null;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector('[aria-selected="true"]');
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  };
  // Only an open list makes the text a combobox: closed it is a text of several lines like any other.
  const WHILE_OPEN = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "true", "aria-controls": "fe-mention-choices" };
  const plain = () => [...Object.keys(WHILE_OPEN), "aria-activedescendant"].forEach((name) => field.removeAttribute(name));
  const close = () => {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    list.replaceChildren();
    plain();
  };
  const show = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    list.replaceChildren(...document.importNode(page.body, true).childNodes);
    list.hidden = false;
    status.textContent = list.querySelector("[data-announce]")?.dataset.announce ?? "";
    const all = options();
    plain();
    if (all.length) Object.entries(WHILE_OPEN).forEach(([name, value]) => field.setAttribute(name, value));
    choose(all[0]);
  };
  const ask = async (begun) => {
    asked?.abort();
    asked = new AbortController();
    const address = new URL(field.dataset.mentions, location.href);
    address.searchParams.set("q", begun);
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asked.signal });
      if (answer.ok && begunIn(field) === begun) show(await answer.text());
      else if (!answer.ok) close(); // signed out or refused: sending the comment says so
    } catch {
      // a newer question, or no network: the text is as good without
    }
  };
  const take = (option) => {
    const begun = begunIn(field);
    if (begun === null) return close();
    const end = field.selectionStart;
    field.setRangeText(`${option.dataset.account} `, end - begun.length, end, "end");
    close();
    return field.dispatchEvent(new Event("input", { bubbles: true })); // for whoever keeps what is typed
  };
  const look = () => {
    const begun = begunIn(field);
    clearTimeout(timer);
    if (begun === null) return close();
    timer = setTimeout(ask, WAIT_MS, begun);
    return undefined;
  };

  field.addEventListener("input", look);
  field.addEventListener("click", () => { if (!list.hidden) look(); });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    const all = options();
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
    else if (STEPS[event.key] && all.length) { event.preventDefault(); choose(all.at((all.indexOf(chosen()) + STEPS[event.key]) % all.length)); }
    else if ((event.key === "Enter" || event.key === "Tab") && chosen() && !event.shiftKey && !event.ctrlKey && !event.metaKey) { event.preventDefault(); take(chosen()); }
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight" || event.key === "Home" || event.key === "End") close();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the text
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
};

const attachAll = () => document.querySelectorAll("textarea[data-mentions]:not([data-mentions-on])").forEach(attach);
document.addEventListener("htmx:after:swap", attachAll);
attachAll();
