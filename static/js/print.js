// A button that prints the page, once every figure on it has been drawn.
document.addEventListener("click", async (event) => {
  if (!event.target.closest("[data-print]")) return;
  const awaited = [];
  document.dispatchEvent(new CustomEvent("fe:print", { detail: awaited }));
  await Promise.allSettled(awaited);
  print();
});
