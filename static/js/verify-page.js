// The page around verify.js: takes the file that is dropped or chosen and shows what was found. Nothing leaves the page.
import { verify } from "./verify.js";

const form = document.getElementById("verify");
const result = document.getElementById("verify-result");
const words = form.dataset;

const element = (name, className, text) => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};

const note = (tone, title, lines) => {
  const box = element("div", `fe-note is-${tone}`, "");
  const inner = element("div", "", "");
  const head = element("p", "", "");
  head.append(element("strong", "", title));
  inner.append(head, ...lines.map((line) => element("p", "fe-small text-break", line)));
  box.append(inner);
  result.replaceChildren(box);
};

const told = ({ check, text, index }) => `${check}: ${text}${index === null ? "" : ` [${index}]`}`;

const show = (found) => {
  if (found.refused) return note("bad", words.refused, [found.refused]);
  const warnings = found.warnings.map(told);
  if (found.problems.length) return note("bad", words.failed, [...found.problems.slice(0, 100).map(told), ...warnings]);
  const facts = words.facts.replace("{entries}", found.entries).replace("{origin}", found.origin).replace("{size}", found.size);
  return note("good", words.good, [facts, ...warnings]);
};

const run = async () => {
  const [file] = form.elements.file.files;
  const keys = form.elements.keys.value.split(/\s+/).filter(Boolean);
  if (!file || !keys.length) return note("warn", words.missing, []);
  note("info", words.running, []);
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const since = form.elements.since.value.replaceAll("\r\n", "\n");
    const kept = since.trim() ? `${since.trimEnd()}\n` : "";
    show(await verify(bytes, keys, kept, (entries) => note("info", `${words.running} ${entries}`, [])));
  } catch (error) {
    note("bad", words.refused, [error.message]);
  }
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    form.elements.file.files = event.dataTransfer.files;
    if (form.elements.keys.value.trim()) run();
  });
}
