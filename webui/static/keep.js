// On results and articles: what was searched is remembered, articles are kept and searches saved, in this browser.
import { MOST, isPossible, keepsHistory, read, remember, save, whenChanged, write } from "./store.js";

const status = document.createElement("p");
status.className = "unseen";
status.setAttribute("role", "status");
document.querySelector("main").append(status);

const boxes = [...document.querySelectorAll(".keep input")];
const button = document.querySelector(".save-search");

const show = () => {
  const keys = new Set(read("kept").map((each) => each.key));
  for (const box of boxes) box.checked = keys.has(box.dataset.key);
};

const counted = (number) => `${number} ${number === 1 ? "article is" : "articles are"} kept`;

const toggle = (box) => {
  const { key, title, source } = box.dataset;
  const others = read("kept").filter((each) => each.key !== key);
  if (!box.checked) {
    status.textContent = write("kept", others) ? `Removed, ${counted(others.length)}` : "It could not be removed";
  } else if (others.length >= MOST.kept) {
    status.textContent = `Not kept: ${MOST.kept} articles is the most. Remove some first.`;
  } else {
    const isKept = write("kept", [...others, { key, title, source }]);
    status.textContent = isKept ? `Kept, ${counted(others.length + 1)}` : "The browser could not keep it";
  }
  show();
};

const place = document.querySelector("[data-search]");
const search = place && {
  search: new URL(place.dataset.search, location).search,
  query: place.dataset.query,
  filters: place.dataset.filters,
  total: Number(place.dataset.total),
};

if (isPossible()) {
  show();
  whenChanged(show);
  for (const box of boxes) {
    box.closest(".keep").hidden = false;
    box.addEventListener("change", () => toggle(box));
  }
  if (search?.search && keepsHistory()) remember(search);
  if (button && search) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const name = [search.query, search.filters].filter(Boolean).join(", ").slice(0, 200) || "All articles";
      const isSaved = save({ search: search.search, query: search.query, name });
      button.textContent = isSaved ? "Saved" : "Not saved";
      status.textContent = isSaved
        ? "Saved in this browser. The page Searches lists it."
        : `Not saved: the browser is full, or ${MOST.saved} searches are saved already.`;
    });
  }
} else {
  for (const each of [...boxes.map((box) => box.closest(".keep")), button]) each?.remove();
}
