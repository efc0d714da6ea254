// What this browser keeps for its reader: past searches, saved searches, articles. Nothing of it is ever sent.
// Each list is JSON below a key of its own. What cannot be read (another version's, or broken) counts as nothing.

const PREFIX = "als-search.1."; // the number goes up where the shape of what is kept changes
const OFF = `${PREFIX}no-history`;

export const MOST = { history: 100, saved: 100, kept: 500 };

const isText = (each, longest) => typeof each === "string" && each.length <= longest;
const isSearch = (each) => isText(each?.search, 20_000) && /^(\?|$)/.test(each.search) && isText(each.query, 8_000);

const FITS = {
  history: (each) =>
    isSearch(each) && isText(each.filters, 2_000) && [each.number, each.total, each.at].every(Number.isSafeInteger),
  saved: (each) => isSearch(each) && isText(each.name, 200),
  kept: (each) => isText(each?.key, 500) && each.key !== "" && isText(each.title, 500) && isText(each.source, 500),
};

const text = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is blocked
  }
};

export const isPossible = () => {
  try {
    localStorage.setItem(`${PREFIX}trial`, "1");
    localStorage.removeItem(`${PREFIX}trial`);
    return true;
  } catch {
    return false;
  }
};

export const read = (name) => {
  try {
    const found = JSON.parse(text(PREFIX + name) ?? "[]");
    return Array.isArray(found) ? found.filter(FITS[name]).slice(0, MOST[name]) : [];
  } catch {
    return []; // it is not JSON
  }
};

// Says whether it could be kept.
export const write = (name, list) => {
  try {
    if (list.length) localStorage.setItem(PREFIX + name, JSON.stringify(list.slice(0, MOST[name])));
    else localStorage.removeItem(PREFIX + name);
    return true;
  } catch {
    return false; // blocked, or full
  }
};

export const keepsHistory = () => text(OFF) === null;

export const setKeepsHistory = (isOn) => {
  try {
    if (isOn) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  } catch {
    return false;
  }
  return isOn || write("history", []);
};

// The same search again is the same entry, moved to the top.
export const remember = (search) => {
  if (!keepsHistory()) return;
  const past = read("history");
  const before = past.find((each) => each.search === search.search);
  const number = before?.number ?? Math.max(0, ...past.map((each) => each.number)) + 1;
  const entry = { ...search, number, at: Date.now() };
  if (FITS.history(entry)) write("history", [entry, ...past.filter((each) => each !== before)]);
};

export const save = (search) => {
  const saved = read("saved").filter((each) => each.search !== search.search);
  return FITS.saved(search) && saved.length < MOST.saved && write("saved", [search, ...saved]);
};

// Runs when another page of this browser changed something, and when this one is come back to.
export const whenChanged = (act) => {
  addEventListener("storage", act);
  addEventListener("pageshow", ({ persisted }) => persisted && act());
};
