// Improves what already works without it: what is set shows at once, and code is copied with a button.
"use strict";

(() => {
  const form = document.getElementById("options");
  const told = document.getElementById("told");
  const CHANGING = ["preview", "widget", "pinned", "frame"];
  let timer = 0;
  let request = null;

  const show = async () => {
    request?.abort();
    const mine = (request = new AbortController());
    const given = [...new FormData(form)].filter(([, value]) => value.trim());
    const address = `${form.action}?${new URLSearchParams(given)}`;
    try {
      const answer = await fetch(address, { signal: mine.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== request) return; // it came late
      if (!answer.ok) {
        told.textContent = page.querySelector("main p")?.textContent ?? "This could not be read";
        return;
      }
      for (const id of CHANGING) {
        const [old, made] = [document.getElementById(id), page.getElementById(id)];
        if (old.textContent !== made.textContent || old.innerHTML !== made.innerHTML) old.replaceChildren(...made.childNodes);
      }
      history.replaceState(null, "", address);
      told.textContent = "Preview and code are up to date";
    } catch (error) {
      if (error.name !== "AbortError") told.textContent = "This could not be shown: no connection";
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    told.textContent = "";
    timer = setTimeout(show, 400);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    show();
  });

  if (!navigator.clipboard) return; // the page is not served over https
  for (const place of document.querySelectorAll(".code")) {
    const name = place.querySelector("h3").textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet-button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy the code: ${name}`);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(place.querySelector("pre").textContent);
        button.textContent = told.textContent = "Copied";
      } catch {
        told.textContent = "Not copied: the browser does not allow it";
      }
      setTimeout(() => (button.textContent = "Copy"), 2500);
    });
    place.append(button);
  }
})();
