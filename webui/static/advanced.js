// Improves what already works without it: rows are added in place, and counts follow what is typed.
"use strict";

(() => {
  const form = document.getElementById("rows");
  if (!form) return;

  const WAIT = 350;
  const list = form.querySelector("ol");
  const add = document.getElementById("add");
  const total = document.getElementById("total");
  let timer = 0;
  let request = null;

  const number = (row, n) => {
    for (const each of row.querySelectorAll("[aria-label]"))
      each.setAttribute("aria-label", each.getAttribute("aria-label").replace(/row \d+/, `row ${n}`));
    row.querySelector("legend").textContent = `Row ${n}`;
    row.querySelector("output").id = `count-${n}`;
    row.querySelector('[name="words"]').setAttribute("aria-describedby", `count-${n}`);
  };

  // The site makes the query and counts: what is shown is what a form without scripts would show.
  const count = async () => {
    request?.abort();
    const mine = (request = new AbortController());
    const asked = new URLSearchParams(new FormData(form));
    asked.set("live", "1");
    try {
      const answer = await fetch(`${form.action}?${asked}`, { signal: mine.signal });
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== request) return;
      document.getElementById("made").replaceChildren(...page.getElementById("made").childNodes);
      const counted = page.querySelectorAll("#rows output");
      form.querySelectorAll("output").forEach((each, n) => (each.textContent = counted[n]?.textContent ?? ""));
      total.textContent = page.getElementById("total").textContent;
    } catch {
      if (mine === request && !mine.signal.aborted) total.textContent = "The articles could not be counted just now.";
    }
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(count, WAIT);
  };

  form.addEventListener("input", soon);

  add?.addEventListener("click", (event) => {
    event.preventDefault();
    const rows = list.querySelectorAll(".row");
    const row = rows[rows.length - 1].cloneNode(true);
    number(row, rows.length + 1);
    row.querySelector('[name="words"]').value = "";
    row.querySelector("output").textContent = "";
    for (const each of row.querySelectorAll("select")) each.selectedIndex = 0;
    list.append(row);
    row.querySelector('[name="words"]').focus();
    if (rows.length + 1 >= Number(form.dataset.most)) add.hidden = true;
  });
})();
