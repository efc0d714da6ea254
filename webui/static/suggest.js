// Improves what already works without it: suggestions below the search box, as the ARIA practices describe
// a combobox with a list and manual selection. The focus never leaves the box.
"use strict";

(() => {
  const box = document.getElementById("q");
  const address = box?.dataset.suggest;
  if (!address) return;

  const WAIT = 120;
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  box.closest(".box").append(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) {
    box.setAttribute(name, value);
  }

  let offers = [];
  let chosen = -1;
  let typed = box.value; // what the person wrote, as against what a suggestion put there
  let timer = 0;
  let request = null;

  const options = () => [...list.children];

  const choose = (number) => {
    chosen = number;
    options().forEach((option, n) => option.setAttribute("aria-selected", String(n === number)));
    if (number < 0) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", options()[number].id);
      options()[number].scrollIntoView({ block: "nearest" });
    }
  };

  const close = () => {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    status.textContent = "";
    box.setAttribute("aria-expanded", "false");
    choose(-1);
  };

  const accept = (number) => {
    box.value = typed = offers[number].query;
    close();
    box.form.requestSubmit();
  };

  const show = (found) => {
    offers = found;
    list.replaceChildren(
      ...found.map(({ text, note }, n) => {
        const option = document.createElement("li");
        option.id = `suggestion-${n}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        const name = document.createElement("span");
        name.textContent = text;
        const about = document.createElement("span");
        about.className = "note";
        about.textContent = note;
        option.append(name, " ", about);
        return option;
      }),
    );
    choose(-1);
    list.hidden = found.length === 0;
    box.setAttribute("aria-expanded", String(found.length > 0));
    status.textContent = found.length
      ? `${found.length} ${found.length === 1 ? "suggestion" : "suggestions"}, use the arrow keys`
      : "";
  };

  const ask = async () => {
    request?.abort();
    const mine = (request = new AbortController());
    const asked = box.value;
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(asked)}`, { signal: mine.signal });
      const found = answer.ok ? await answer.json() : { offers: [] };
      // A late answer is to what is no longer in the box.
      if (mine === request && asked === box.value && document.activeElement === box) show(found.offers);
    } catch (error) {
      if (error.name !== "AbortError") close(); // suggestions are a convenience: the search works without
    }
  };

  box.addEventListener("input", () => {
    typed = box.value;
    clearTimeout(timer);
    if (typed.trim()) timer = setTimeout(ask, WAIT);
    else close();
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const count = list.hidden ? 0 : offers.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!count) {
        if (event.key === "ArrowDown" && box.value.trim()) ask();
        return;
      }
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // Beyond either end is the box itself.
      choose(((chosen + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && count && chosen >= 0) {
      event.preventDefault();
      accept(chosen);
    } else if (event.key === "Escape" && count) {
      event.preventDefault();
      close();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key) && chosen >= 0) {
      choose(-1);
    }
  });

  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the box
  list.addEventListener("click", (event) => {
    const number = options().indexOf(event.target.closest("[role=option]"));
    if (number >= 0) accept(number);
  });
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
})();
