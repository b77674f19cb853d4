// Light or dark. A classic script in the head: it settles the theme before the first paint.
// The server writes data-bs-theme; data-theme="auto" means that nobody chose, so the system does.
{
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  const show = (theme) => {
    root.dataset.bsTheme = theme;
    document.dispatchEvent(new CustomEvent("fe:theme"));
  };
  const followSystem = () => root.dataset.theme === "auto" && show(system.matches ? "dark" : "light");

  followSystem();
  system.addEventListener("change", followSystem);

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-theme-form]");
    if (!form) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.theme = theme;
    show(theme);
    form.elements.theme.value = theme;
    await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
  }, true);
}
