// Improves what already works without it: one button copies all citations of a list, their italics too.
"use strict";

(() => {
  const list = document.getElementById("citations");
  const button = document.querySelector(".copy-all");
  if (!list || !button || !navigator.clipboard || !window.ClipboardItem) return;
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.className = "unseen";
  button.after(status);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const plain = [...list.children].map((each) => each.textContent.trim()).join("\n");
    let said = "Copied";
    try {
      const kinds = { "text/plain": plain, "text/html": list.outerHTML };
      const blobs = Object.entries(kinds).map(([type, value]) => [type, new Blob([value], { type })]);
      await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    } catch {
      said = "Not copied: the browser does not allow it";
    }
    status.textContent = "";
    button.textContent = said;
    status.textContent = said;
    setTimeout(() => (button.textContent = "Copy all"), 2500);
  });
})();
