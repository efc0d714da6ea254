// The page of kept articles: all of it is in this browser, and made here.
import { isPossible, read, whenChanged, write } from "./store.js";

const main = document.getElementById("selection");
const status = main.querySelector("[role=status]");
const list = main.querySelector("ol");

// The links that take the kept articles along hold their keys; the server learns them when one is followed.
const withKeys = (address, keys) => {
  const url = new URL(address, location);
  url.searchParams.delete("key");
  for (const key of keys) url.searchParams.append("key", key);
  return url.pathname + url.search;
};

const counted = (number) => `${number} ${number === 1 ? "article" : "articles"}`;

const made = (name, text, attributes = {}) => {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

const row = (each) => {
  const item = made("li", "");
  const address = main.dataset.article.replace("KEY", each.key.split("/").map(encodeURIComponent).join("/"));
  const button = made("button", "Remove", { type: "button", class: "quiet-button" });
  button.append(made("span", ` ${each.title}`, { class: "unseen" }));
  button.addEventListener("click", () => {
    const kept = read("kept");
    const place = kept.findIndex((other) => other.key === each.key);
    const isDone = write("kept", kept.filter((other) => other.key !== each.key));
    show();
    const buttons = list.querySelectorAll("button");
    (buttons[Math.min(place, buttons.length - 1)] ?? document.querySelector("h1")).focus();
    status.textContent = isDone ? `Removed, ${counted(read("kept").length)} kept` : "It could not be removed";
  });
  item.append(made("a", each.title || each.key, { href: address }), made("p", each.source, { class: "source" }), button);
  return item;
};

const show = () => {
  const kept = read("kept");
  list.replaceChildren(...kept.map(row));
  main.querySelector(".none").hidden = kept.length > 0;
  main.querySelector(".some").hidden = kept.length === 0;
  main.querySelector(".count").textContent = `${counted(kept.length)} kept in this browser`;
  for (const link of main.querySelectorAll(".take a")) link.href = withKeys(link.href, kept.map((each) => each.key));
};

document.querySelector(".without").hidden = true;

if (isPossible()) {
  main.hidden = false;
  show();
  whenChanged(show);
  main.querySelector(".remove-all").addEventListener("click", () => {
    const isDone = write("kept", []);
    show();
    document.querySelector("h1").focus();
    status.textContent = isDone ? "All are removed" : "They could not be removed";
  });
} else {
  document.getElementById("blocked").hidden = false;
}
