// The page of past and saved searches: all of it is in this browser, and made here.
import { isPossible, keepsHistory, read, setKeepsHistory, whenChanged, write } from "./store.js";

const main = document.getElementById("history");
const searchAddress = main.dataset.search;
const longest = Number(main.dataset.longest);
const status = main.querySelector("[role=status]");
const [past, saved, combine] = ["past", "saved", "combine"].map((id) => document.getElementById(id));

const made = (name, text = "", attributes = {}) => {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

const said = (search) => search.query || "All articles";

const unseen = (text) => made("span", ` ${text}`, { class: "unseen" });

const press = (text, about, act) => {
  const button = made("button", text, { type: "button", class: "quiet-button" });
  button.append(unseen(about));
  button.addEventListener("click", act);
  return button;
};

// Who removes a row from the keyboard goes on at the next one, or at the heading where there is none.
const removed = (name, gone, section, message) => {
  const list = read(name);
  const place = list.findIndex((each) => each.search === gone.search);
  const isDone = write(name, list.filter((each) => each.search !== gone.search));
  show();
  const rows = section.querySelectorAll("li");
  const next = rows[Math.min(place, rows.length - 1)]?.querySelector(".remove") ?? section.querySelector("h2");
  next.focus();
  status.textContent = isDone ? message : "The browser could not change what it keeps";
};

const when = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });

const pastRow = (each) => {
  const row = made("li");
  const line = made("p", "", { class: "asked" });
  line.append(
    made("span", `#${each.number}`, { class: "hash" }),
    " ",
    made("a", said(each), { href: searchAddress + each.search }),
  );
  const about = [`${each.total.toLocaleString("en")} ${each.total === 1 ? "article" : "articles"}`];
  if (each.filters) about.push(each.filters);
  const source = made("p", `${about.join(", ")}, `, { class: "source" });
  const moment = new Date(each.at);
  source.append(made("time", when.format(moment), { datetime: moment.toISOString() }));
  const acts = made("p", "", { class: "acts" });
  const forget = press("Forget", said(each), () => removed("history", each, past, "Forgotten"));
  forget.classList.add("remove");
  if (!read("saved").some((other) => other.search === each.search)) {
    acts.append(press("Save", said(each), () => saveRow(each)), " ");
  }
  acts.append(forget);
  row.append(line, source, acts);
  return row;
};

const saveRow = (each) => {
  const entry = { search: each.search, query: each.query, name: said(each).slice(0, 200) };
  const isSaved = write("saved", [entry, ...read("saved")].slice(0, 100));
  show();
  const input = isSaved && saved.querySelector("li input");
  if (input) {
    input.focus();
    input.select();
  }
  status.textContent = isSaved ? "Saved; give it a name" : "The browser could not save it";
};

const savedRow = (each) => {
  const row = made("li");
  const line = made("p", "", { class: "asked" });
  const link = made("a", each.name || said(each), { href: searchAddress + each.search });
  line.append(link);
  const source = made("p", each.query && each.query !== each.name ? each.query : "", { class: "source" });
  const acts = made("p", "", { class: "acts" });
  const label = made("label", "Name ");
  const input = made("input", "", { type: "text", maxlength: "200", autocomplete: "off" });
  input.value = each.name;
  input.addEventListener("change", () => {
    const name = input.value.trim();
    const list = read("saved").map((other) => (other.search === each.search ? { ...other, name } : other));
    const isDone = write("saved", list);
    link.textContent = name || said(each);
    source.textContent = each.query && each.query !== name ? each.query : "";
    status.textContent = isDone ? `Named ${name || said(each)}` : "The browser could not keep the name";
  });
  label.append(unseen(`of ${each.name || said(each)}`), " ", input);
  const remove = press("Remove", each.name || said(each), () => removed("saved", each, saved, "Removed"));
  remove.classList.add("remove");
  acts.append(label, " ", remove);
  row.append(line, source, acts);
  return row;
};

// A query that stands in parentheses must close what it opens.
const whole = (query) => {
  const quoted = (query.match(/"/g)?.length ?? 0) % 2 ? `${query}"` : query;
  let depth = 0;
  let before = "";
  for (const each of quoted.replace(/"[^"]*"/g, "")) {
    if (each === "(") depth += 1;
    else if (each === ")" && depth > 0) depth -= 1;
    else if (each === ")") before += "(";
  }
  return `${before}${quoted}${")".repeat(depth)}`;
};

const inside = (query) => (/^[\p{L}\p{N}-]+$/u.test(query) ? query : `(${whole(query)})`);

const choices = combine.querySelectorAll("select");
const result = combine.querySelector(".combined");

const combined = () => {
  const list = read("history");
  const [first, operator, second] = [...choices].map((each) => each.value);
  const [one, other] = [first, second].map((number) => list.find((each) => String(each.number) === number));
  if (!one || !other) return;
  const query = `${inside(one.query.trim())} ${operator} ${inside(other.query.trim())}`;
  if (query.length > longest) {
    result.replaceChildren("Together they are too long for one search.");
    return;
  }
  const link = made("a", query, { href: `${searchAddress}?${new URLSearchParams({ q: query })}` });
  result.replaceChildren("Search for ", link);
  if (one.filters || other.filters) result.append(made("span", " Their filters are left out."));
};

const offer = (list) => {
  const worded = list.filter((each) => each.query.trim());
  combine.hidden = worded.length < 2;
  if (combine.hidden) return;
  for (const [place, select] of [[0, choices[0]], [1, choices[2]]]) {
    const before = select.value;
    select.replaceChildren(
      ...worded.map((each) => {
        const short = each.query.length > 60 ? `${each.query.slice(0, 59)}\u2026` : each.query;
        return made("option", `#${each.number} ${short}`, { value: each.number });
      }),
    );
    select.value = before;
    if (!select.value) select.selectedIndex = 1 - place; // the older one first
  }
  combined();
};

const show = () => {
  const [searches, named] = [read("history"), read("saved")];
  past.querySelector("ol").replaceChildren(...searches.map(pastRow));
  past.querySelector(".none").hidden = searches.length > 0;
  past.querySelector(".all").hidden = searches.length === 0;
  saved.querySelector("ol").replaceChildren(...named.map(savedRow));
  saved.querySelector(".none").hidden = named.length > 0;
  document.getElementById("keep-history").checked = keepsHistory();
  offer(searches);
};

document.querySelector(".without").hidden = true;

if (isPossible()) {
  main.hidden = false;
  show();
  whenChanged(show);
  for (const select of choices) select.addEventListener("change", combined);
  past.querySelector(".all button").addEventListener("click", () => {
    const isDone = write("history", []);
    show();
    past.querySelector("h2").focus();
    status.textContent = isDone ? "All past searches are forgotten" : "The browser could not forget them";
  });
  document.getElementById("keep-history").addEventListener("change", ({ target }) => {
    const isOn = target.checked;
    const isDone = setKeepsHistory(isOn);
    show();
    const done = isOn ? "Searches are kept from now on" : "Past searches are forgotten, and no more are kept";
    status.textContent = isDone ? done : "The browser could not keep this choice";
  });
} else {
  document.getElementById("blocked").hidden = false;
}
