// Improves what already works without it: the bars of years, searching within a filter, short addresses.
"use strict";

(() => {
  const form = document.getElementById("search");

  // Boxes left empty say nothing, so they stay out of the address.
  form?.addEventListener("formdata", ({ formData }) => {
    for (const name of ["q", "from", "to"]) if (!formData.get(name)?.trim()) formData.delete(name);
  });

  // The bars of years: one stop of the Tab key; arrows go along, with Shift or by dragging several are chosen.
  const chart = document.querySelector(".histogram svg");
  const from = document.getElementById("from");
  const to = document.getElementById("to");
  if (chart && from && to) {
    const bars = [...chart.querySelectorAll("a")];
    const told = chart.parentElement.querySelector(".told");
    let anchor = -1;
    let dragged = false;

    const span = (one, other) => [Math.min(one, other), Math.max(one, other)];

    const mark = (one, other) => {
      const [first, last] = span(one, other);
      bars.forEach((bar, n) => bar.classList.toggle("within", first <= n && n <= last));
      from.value = bars[first].dataset.first;
      to.value = bars[last].dataset.last;
      told.textContent =
        one === other
          ? bars[one].getAttribute("aria-label")
          : `${from.value} to ${to.value}: Enter shows these years`;
    };

    const focus = (number) => {
      bars.forEach((bar, n) => bar.setAttribute("tabindex", n === number ? "0" : "-1"));
      bars[number].focus();
    };

    chart.addEventListener("keydown", (event) => {
      const at = bars.indexOf(document.activeElement);
      const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 }[event.key];
      if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
      if (next !== undefined) {
        event.preventDefault();
        const number = Math.min(Math.max(next, 0), bars.length - 1);
        if (!event.shiftKey) anchor = -1;
        else if (anchor < 0) anchor = at;
        focus(number);
        if (anchor >= 0) mark(anchor, number);
        else told.textContent = bars[number].getAttribute("aria-label");
      } else if (event.key === "Enter" && anchor >= 0) {
        event.preventDefault();
        form.requestSubmit();
      }
    });

    const barAt = (event) => bars.indexOf(document.elementFromPoint(event.clientX, event.clientY)?.closest("a"));

    chart.addEventListener("dragstart", (event) => event.preventDefault());
    chart.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return; // a finger scrolls
      anchor = barAt(event);
      dragged = false;
    });
    chart.addEventListener("pointermove", (event) => {
      const number = barAt(event);
      if (number >= 0 && !event.buttons) told.textContent = bars[number].getAttribute("aria-label");
      if (!(event.buttons & 1) || anchor < 0 || number < 0 || (number === anchor && !dragged)) return;
      dragged = true;
      mark(anchor, number);
    });
    document.addEventListener("pointerup", () => {
      if (dragged) form.requestSubmit();
      anchor = -1;
    });
    chart.addEventListener("click", (event) => {
      if (dragged) event.preventDefault(); // it ends a drag
    });
  }

  // In a filter, "find another" becomes a box whose answers can be ticked at once.
  for (const place of document.querySelectorAll(".facet .every")) {
    const link = place.querySelector("a");
    const name = place.closest(".facet").id.replace("facet-", "");
    const label = document.createElement("label");
    label.className = "find-in";
    const text = document.createElement("span");
    text.textContent = link.textContent;
    const input = document.createElement("input");
    input.type = "search";
    input.autocomplete = "off";
    const found = document.createElement("div");
    found.className = "found";
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    status.className = "unseen";
    label.append(text, input);
    place.before(label, found, status);
    place.querySelector("a").textContent = "See all";
    link.setAttribute("aria-label", `See all under ${place.closest(".facet").querySelector("legend").textContent}`);

    let timer = 0;
    let request = null;
    const ask = async () => {
      request?.abort();
      const mine = (request = new AbortController());
      const typed = input.value.trim();
      const keep = [...found.querySelectorAll("input:checked")].map((each) => each.closest("label"));
      if (!typed) {
        found.replaceChildren(...keep);
        status.textContent = "";
        return;
      }
      const url = new URL(link.href);
      url.searchParams.set("typed", typed);
      try {
        const answer = await fetch(url, { signal: mine.signal });
        if (!answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (mine !== request) return; // it came late
        const kept = new Set(keep.map((each) => each.querySelector("input").value));
        const labels = [...page.querySelectorAll(".values label")]
          .filter((each) => !kept.has(each.querySelector("input").value))
          .slice(0, 10);
        for (const each of labels) each.querySelector("input").setAttribute("form", "search");
        found.replaceChildren(...keep, ...labels);
        status.textContent = page.querySelector("[role=status]")?.textContent ?? "";
      } catch (error) {
        if (error.name !== "AbortError") status.textContent = "Nothing could be looked up";
      }
    };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 150);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // the box is no part of the form
      clearTimeout(timer);
      ask();
    });
    // The same value may stand in the list above as well.
    place.closest("fieldset").addEventListener("change", ({ target }) => {
      if (target.type !== "checkbox") return;
      for (const each of place.closest("fieldset").querySelectorAll(`input[name="${name}"]`)) {
        if (each.value === target.value) each.checked = target.checked;
      }
    });
  }
})();
