// Improves what already works without it: the "/" key leads to the search box.
// The key can be turned off (on the help page), as WCAG 2.1.4 asks of shortcuts of a single key.
"use strict";

(() => {
  const OFF = "slash-off";

  const stored = () => {
    try {
      return localStorage.getItem(OFF) !== null;
    } catch {
      return false; // storage is blocked
    }
  };

  let isOff = stored();

  document.addEventListener("keydown", (event) => {
    const isTyping = event.composedPath()[0].closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.key !== "/" || isOff || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = document.getElementById("q");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  const button = document.getElementById("slash");
  if (!button) return;
  const tell = () => {
    button.textContent = isOff ? "Turn this key on" : "Turn this key off";
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    isOff = !isOff;
    try {
      if (isOff) localStorage.setItem(OFF, "1");
      else localStorage.removeItem(OFF);
    } catch {
      // It holds for this page at least.
    }
    tell();
  });
  tell();
})();
