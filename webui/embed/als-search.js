// <als-search>: the search of an als-search site within a page of another one. No cookies, nothing stored, no eval,
// no inline style. Text from the server becomes text nodes, never markup. The embedding page describes it: /embed
const LANGUAGES = ["en", "de", "fr", "es", "pt", "it"];

// In the order of LANGUAGES; where a bar stands, one before it and several after it.
const WORDS = {
  label: ["Search the literature on ALS", "Literatur zu ALS durchsuchen", "Rechercher dans la littérature sur la SLA", "Buscar en la literatura sobre la ELA", "Pesquisar na literatura sobre a ELA", "Cerca nella letteratura sulla SLA"],
  search: ["Search", "Suchen", "Rechercher", "Buscar", "Pesquisar", "Cerca"],
  suggestions: ["Suggestions", "Vorschläge", "Suggestions", "Sugerencias", "Sugestões", "Suggerimenti"],
  offered: ["{n} suggestion, use the arrow keys|{n} suggestions, use the arrow keys", "{n} Vorschlag, mit den Pfeiltasten wählen|{n} Vorschläge, mit den Pfeiltasten wählen", "{n} suggestion, utilisez les flèches|{n} suggestions, utilisez les flèches", "{n} sugerencia, use las flechas|{n} sugerencias, use las flechas", "{n} sugestão, use as setas|{n} sugestões, use as setas", "{n} suggerimento, usare i tasti freccia|{n} suggerimenti, usare i tasti freccia"],
  busy: ["Searching…", "Suche läuft …", "Recherche en cours…", "Buscando…", "A pesquisar…", "Ricerca in corso…"],
  found: ["{n} article found|{n} articles found", "{n} Artikel gefunden|{n} Artikel gefunden", "{n} article trouvé|{n} articles trouvés", "{n} artículo encontrado|{n} artículos encontrados", "{n} artigo encontrado|{n} artigos encontrados", "{n} articolo trovato|{n} articoli trovati"],
  none: ["No articles found", "Keine Artikel gefunden", "Aucun article trouvé", "No se encontraron artículos", "Nenhum artigo encontrado", "Nessun articolo trovato"],
  loose: ["{n} more matches in part|{n} more match in part", "{n} weiterer passt zum Teil|{n} weitere passen zum Teil", "{n} autre correspond en partie|{n} autres correspondent en partie", "{n} más coincide en parte|{n} más coinciden en parte", "mais {n} corresponde em parte|mais {n} correspondem em parte", "{n} altro corrisponde in parte|altri {n} corrispondono in parte"],
  part: ["Matches in part", "Passt zum Teil", "Correspond en partie", "Coincide en parte", "Corresponde em parte", "Corrisponde in parte"],
  partial: ["The search took too long: there may be more articles.", "Die Suche dauerte zu lange: Es kann weitere Artikel geben.", "La recherche a pris trop de temps : il peut y avoir d’autres articles.", "La búsqueda tardó demasiado: puede haber más artículos.", "A pesquisa demorou demasiado: pode haver mais artigos.", "La ricerca ha richiesto troppo tempo: potrebbero esserci altri articoli."],
  down: ["The search cannot be reached at the moment.", "Die Suche ist im Moment nicht erreichbar.", "La recherche est injoignable pour le moment.", "La búsqueda no está disponible en este momento.", "A pesquisa não está disponível neste momento.", "La ricerca non è raggiungibile al momento."],
  many: ["Too many searches. Please wait a minute.", "Zu viele Suchen. Bitte warten Sie eine Minute.", "Trop de recherches. Veuillez patienter une minute.", "Demasiadas búsquedas. Espere un minuto.", "Demasiadas pesquisas. Aguarde um minuto.", "Troppe ricerche. Attendere un minuto."],
  unread: ["This search could not be understood.", "Diese Suche wurde nicht verstanden.", "Cette recherche n’a pas été comprise.", "No se entendió esta búsqueda.", "Esta pesquisa não foi entendida.", "Questa ricerca non è stata capita."],
  again: ["Try again", "Erneut versuchen", "Réessayer", "Reintentar", "Tentar novamente", "Riprova"],
  meant: ["Did you mean {q}?", "Meinten Sie {q}?", "Vouliez-vous dire {q} ?", "¿Quiso decir {q}?", "Quis dizer {q}?", "Forse cercavi {q}?"],
  instead: ["Nothing was found as typed. These are the results for {q}.", "So geschrieben wurde nichts gefunden. Dies sind die Ergebnisse für {q}.", "Rien n’a été trouvé pour le texte saisi. Voici les résultats pour {q}.", "No se encontró nada con lo escrito. Estos son los resultados de {q}.", "Nada foi encontrado para o texto escrito. Estes são os resultados de {q}.", "Nessun risultato per il testo scritto. Questi sono i risultati per {q}."],
  also: ["Also searched for: {q}", "Auch gesucht: {q}", "Recherché aussi : {q}", "También se buscó: {q}", "Também se pesquisou: {q}", "Cercato anche: {q}"],
  filters: ["Filters", "Filter", "Filtres", "Filtros", "Filtros", "Filtri"],
  chosen: ["{n} chosen|{n} chosen", "{n} gewählt|{n} gewählt", "{n} choisi|{n} choisis", "{n} elegido|{n} elegidos", "{n} escolhido|{n} escolhidos", "{n} scelto|{n} scelti"],
  clear: ["Clear all filters", "Alle Filter entfernen", "Effacer tous les filtres", "Quitar todos los filtros", "Limpar todos os filtros", "Rimuovi tutti i filtri"],
  pages: ["Pages of results", "Ergebnisseiten", "Pages de résultats", "Páginas de resultados", "Páginas de resultados", "Pagine dei risultati"],
  page: ["Page {n} of {m}", "Seite {n} von {m}", "Page {n} sur {m}", "Página {n} de {m}", "Página {n} de {m}", "Pagina {n} di {m}"],
  prev: ["Previous", "Zurück", "Précédente", "Anterior", "Anterior", "Precedente"],
  next: ["Next", "Weiter", "Suivante", "Siguiente", "Seguinte", "Successiva"],
  retracted: ["Retracted", "Zurückgezogen", "Rétracté", "Retractado", "Retratado", "Ritirato"],
  preprint: ["Preprint, not peer reviewed", "Preprint, nicht begutachtet", "Prépublication, non évaluée par des pairs", "Preprint, sin revisión por pares", "Preprint, sem revisão por pares", "Preprint, senza revisione tra pari"],
  sample: ["Sample record", "Erfundenes Beispiel", "Exemple inventé", "Ejemplo inventado", "Exemplo inventado", "Esempio inventato"],
  tab: ["opens in a new tab", "öffnet in einem neuen Tab", "s’ouvre dans un nouvel onglet", "se abre en una pestaña nueva", "abre numa nova janela", "si apre in una nuova scheda"],
  all: ["All results on {s}", "Alle Ergebnisse auf {s}", "Tous les résultats sur {s}", "Todos los resultados en {s}", "Todos os resultados em {s}", "Tutti i risultati su {s}"],
  advice: ["Not medical advice. Articles: courtesy of the U.S. National Library of Medicine.", "Kein medizinischer Rat. Artikel: mit freundlicher Genehmigung der U.S. National Library of Medicine.", "Ceci n’est pas un avis médical. Articles : avec l’aimable autorisation de la U.S. National Library of Medicine.", "No es un consejo médico. Artículos: cortesía de la U.S. National Library of Medicine.", "Não é aconselhamento médico. Artigos: cortesia da U.S. National Library of Medicine.", "Non è un parere medico. Articoli: per gentile concessione della U.S. National Library of Medicine."],
};

// What the server calls these facets is English; one that is not named here keeps its title.
const FACETS = {
  keyword: ["Keyword", "Schlagwort", "Mot-clé", "Palabra clave", "Palavra-chave", "Parola chiave"],
  mesh: ["MeSH heading", "MeSH-Begriff", "Descripteur MeSH", "Descriptor MeSH", "Descritor MeSH", "Descrittore MeSH"],
  year: ["Year", "Jahr", "Année", "Año", "Ano", "Anno"],
  journal: ["Journal", "Zeitschrift", "Revue", "Revista", "Revista", "Rivista"],
  type: ["Publication type", "Publikationstyp", "Type de publication", "Tipo de publicación", "Tipo de publicação", "Tipo di pubblicazione"],
  author: ["Author", "Autor", "Auteur", "Autor", "Autor", "Autore"],
  gene: ["Gene", "Gen", "Gène", "Gen", "Gene", "Gene"],
  drug: ["Drug", "Wirkstoff", "Médicament", "Fármaco", "Fármaco", "Farmaco"],
  biomarker: ["Biomarker", "Biomarker", "Biomarqueur", "Biomarcador", "Biomarcador", "Biomarcatore"],
  symptom: ["Symptom", "Symptom", "Symptôme", "Síntoma", "Sintoma", "Sintomo"],
  procedure: ["Procedure or therapy", "Verfahren oder Therapie", "Procédure ou thérapie", "Procedimiento o terapia", "Procedimento ou terapia", "Procedura o terapia"],
  scale: ["Scale or measure", "Skala oder Maß", "Échelle ou mesure", "Escala o medida", "Escala ou medida", "Scala o misura"],
  mechanism: ["Mechanism", "Mechanismus", "Mécanisme", "Mecanismo", "Mecanismo", "Meccanismo"],
  language: ["Language", "Sprache", "Langue", "Idioma", "Idioma", "Lingua"],
  availability: ["Availability", "Verfügbarkeit", "Disponibilité", "Disponibilidad", "Disponibilidade", "Disponibilità"],
};

const colours = (...list) =>
  ["text", "quiet", "background", "line", "edge", "link", "accent", "on-accent", "mark", "on-mark", "danger", "caution", "tint"]
    .map((name, n) => `--${name}:var(--als-${name},${list[n]});`)
    .join("");
const LIGHT = colours("#1c2023", "#545c62", "#fff", "#d9d6cc", "#787f85", "#0b5567", "#0d5563", "#fff", "#ffe7a0", "#1c2023", "#9a1b1b", "#74480a", "#eef2f1") + "color-scheme:light;";
const DARK = colours("#e7e4dc", "#a9b0b4", "#1b2023", "#343b3f", "#858d93", "#8fd0e0", "#8fd0e0", "#0d1b1f", "#5e4b0c", "#fff4cf", "#ffb3ab", "#f3c77d", "#262e31") + "color-scheme:dark;";

// What a page hands down by inheritance ends at .root; only properties named --als-... come through.
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(`
:host { display: block; }
:host([hidden]) { display: none; }
.root { all: initial; direction: ltr; display: block; container-type: inline-size; box-sizing: border-box; padding: var(--als-padding, 1em);
  ${LIGHT} font: var(--als-font-size, medium)/1.55 var(--als-font, system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif);
  --radius: var(--als-radius, .5em); color: var(--text); background: var(--background); border-radius: var(--radius); overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) .root { ${DARK} } }
:host([theme="dark"]) .root { ${DARK} }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
label.name { display: block; font-weight: 600; margin-bottom: .35em; }
.box { position: relative; display: flex; max-width: 44em; }
input[type="search"] { flex: 1; width: 100%; min-width: 0; margin: 0; font: inherit; color: inherit; background: var(--background); border: 1px solid var(--edge); border-right: 0; border-radius: var(--radius) 0 0 var(--radius); padding: .5em .8em; appearance: none; }
button { font: inherit; color: var(--link); background: none; border: 1px solid var(--edge); border-radius: var(--radius); padding: .25em .8em; min-height: 24px; cursor: pointer; }
button[type="submit"] { font-weight: 600; color: var(--on-accent); background: var(--accent); border-color: var(--accent); border-radius: 0 var(--radius) var(--radius) 0; padding: .5em 1em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .2em; }
.status:focus { outline: none; }
.box > :focus-visible { position: relative; z-index: 1; }
a { color: var(--link); text-underline-offset: .18em; }
p, ol, ul { margin: .6em 0 0; padding: 0; }
ol, ul { list-style: none; }
mark { background: var(--mark); color: var(--on-mark); font-weight: 600; border-radius: .15em; }
.list { position: absolute; inset: calc(100% + .25em) 0 auto; z-index: 2; margin: 0; padding: .3em; max-height: 20em; overflow-y: auto; background: var(--background); border: 1px solid var(--edge); border-radius: var(--radius); box-shadow: 0 .4em 1.2em rgb(0 0 0/.2); }
.list li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1em; padding: .35em .55em; border-radius: .3em; cursor: pointer; }
.list li:hover { background: var(--tint); }
.list [aria-selected="true"] { background: var(--tint); outline: 2px solid var(--accent); outline-offset: -2px; }
.source, .credit, .count, .loose { color: var(--quiet); font-size: .9em; }
.count { flex: none; }
.status { font-weight: 600; margin-top: .9em; }
.status:empty { display: none; }
.status p { font-weight: 400; display: flex; flex-wrap: wrap; gap: .5em 1em; align-items: center; }
.notices { font-size: .9em; }
.notices button { padding: 0 .5em; }
details { margin-top: .8em; border: 1px solid var(--line); border-radius: var(--radius); padding: .2em .8em; }
summary { cursor: pointer; font-weight: 600; padding: .3em 0; }
.grid { display: grid; gap: .2em 1.5em; }
@container (min-width: 34em) { .grid { grid-template-columns: 1fr 1fr; } }
@container (min-width: 52em) { .grid { grid-template-columns: 1fr 1fr 1fr; } }
fieldset { border: 0; margin: 0 0 .6em; padding: 0; min-width: 0; }
legend { font-weight: 600; padding: 0; }
fieldset label { display: flex; gap: .5em; align-items: baseline; padding: .15em 0; min-height: 24px; cursor: pointer; }
fieldset input { width: 1em; height: 1em; flex: none; margin: 0; accent-color: var(--accent); translate: 0 .12em; }
.clear { margin-bottom: .6em; }
.hit { padding: .9em 0; border-bottom: 1px solid var(--line); }
.hit p { margin-top: .3em; }
.title { font-size: 1.08em; font-weight: 600; line-height: 1.35; margin: 0; }
.snippet { font-size: .95em; }
.flag { display: inline-block; font-size: .85em; font-weight: 600; border: 1px solid; border-radius: .25em; padding: 0 .5em; margin-right: .4em; color: var(--caution); }
.flag.retracted { color: var(--danger); }
.flag.sample, .flag.part { color: var(--quiet); }
nav { display: flex; flex-wrap: wrap; gap: .5em 1em; align-items: center; margin-top: 1em; }
[aria-disabled="true"] { color: var(--quiet); border-color: var(--line); cursor: default; }
@media (forced-colors: active) { mark { outline: 1px solid; } [aria-selected="true"] { forced-color-adjust: none; background: Highlight; color: HighlightText; } }
`);

const ROOT = new URL("../../", import.meta.url);
const WAIT = 150;
const PATIENCE = 20_000;
const VALUES = 8;

/** An element with attributes and children; a function is a listener, false no attribute, a string plain text. */
const h = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child));
  return made;
};

const pieces = (list) => list.map(([text, isMatch]) => (isMatch ? h("mark", { part: "mark" }, text) : text));

/** A text with a node in the place of {q}. */
const around = (text, node) => {
  const [before, after] = text.split("{q}");
  return [before, node, after];
};

class AlsSearch extends HTMLElement {
  static observedAttributes = ["endpoint", "query", "page-size", "filters", "facets", "lang", "target", "heading", "label", "site-key"];

  #box;
  #list;
  #told;
  #status;
  #body;
  #language = 0;
  #timer = 0;
  #asking = null; // the search under way: what an earlier one answers is dropped
  #suggesting = null;
  #chosen = new Map();
  #page = 1;
  #isOpen = false;
  #isStale = false;
  #offers = [];
  #at = -1;

  connectedCallback() {
    if (this.shadowRoot) return;
    const before = this.querySelector("form [name=q]"); // of the plain form, which worked until now
    const hadFocus = before && before === document.activeElement;
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [SHEET];
    this.#build();
    if (before?.value && !this.hasAttribute("query")) this.#box.value = before.value;
    if (hadFocus) this.#box.focus();
    if (this.hasAttribute("query")) this.search(this.getAttribute("query"));
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return; // it was only moved
      this.#close();
      this.#asking?.abort();
      this.#asking = null;
    });
  }

  attributeChangedCallback(name, old, value) {
    if (!this.shadowRoot || old === value || this.#isStale) return;
    this.#isStale = true;
    queueMicrotask(() => {
      this.#isStale = false;
      this.#asking?.abort();
      this.#asking = null;
      this.#chosen.clear();
      this.#build();
      if (this.hasAttribute("query")) this.search(this.getAttribute("query"));
    });
  }

  /** Search for a query, or for what stands in the box. */
  search(query = this.#box.value, page = 1, focus = false) {
    this.#box.value = query;
    this.#page = page;
    return this.#ask(focus);
  }

  get #endpoint() {
    try {
      const url = new URL(this.getAttribute("endpoint").replace(/\/*$/, "/"), document.baseURI);
      return /^https?:$/.test(url.protocol) ? url : ROOT;
    } catch {
      return ROOT; // none is given, or none that can be read
    }
  }

  get #preset() {
    const own = ["q", "size", "page", "site_key"];
    return [...new URLSearchParams(this.getAttribute("filters") ?? "")].filter(([name]) => !own.includes(name));
  }

  get #size() {
    return Math.min(Math.max(parseInt(this.getAttribute("page-size"), 10) || 5, 1), 50);
  }

  #say(key, values = {}, table = WORDS) {
    const [one, several = one] = table[key][this.#language].split("|");
    const isOne = new Intl.PluralRules(LANGUAGES[this.#language]).select(values.n ?? 1) === "one";
    return (isOne ? one : several).replace(/\{([nms])\}/g, (_, name) => {
      return typeof values[name] === "number" ? values[name].toLocaleString(LANGUAGES[this.#language]) : values[name];
    });
  }

  #tell(name, detail) {
    const options = { detail, bubbles: true, composed: true, cancelable: name === "select" };
    return this.dispatchEvent(new CustomEvent(`als-search:${name}`, options));
  }

  #build() {
    const wanted = this.closest("[lang]")?.lang ?? "";
    this.#language = Math.max(LANGUAGES.indexOf(wanted.slice(0, 2).toLowerCase()), 0);
    this.#offers = [];
    this.#list = h("ul", { id: "list", class: "list", part: "suggestions", role: "listbox", hidden: true, "aria-label": this.#say("suggestions"), pointerdown: (event) => event.preventDefault(), click: (event) => this.#accept([...this.#list.children].indexOf(event.target.closest("li"))) });
    this.#told = h("p", { class: "unseen", role: "status" });
    this.#box = h("input", { type: "search", id: "q", part: "input", role: "combobox", maxlength: 2000, autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "list", input: () => this.#typed(), keydown: (event) => this.#key(event), blur: () => this.#close() });
    this.#status = h("div", { class: "status", part: "status", role: "status", tabindex: -1 });
    this.#body = h("div", { class: "body" });
    const form = h(
      "form",
      { role: "search", part: "form", submit: (event) => (event.preventDefault(), this.search()) },
      h("label", { class: "name", part: "label", for: "q" }, this.getAttribute("label") || this.#say("label")),
      h("div", { class: "box" }, this.#box, h("button", { part: "button", type: "submit" }, this.#say("search")), this.#list),
      this.#told,
    );
    const credit = h("p", { class: "credit", part: "credit" }, this.#say("advice"));
    this.shadowRoot.replaceChildren(h("div", { class: "root", part: "root", lang: LANGUAGES[this.#language] }, form, this.#status, this.#body, credit));
  }

  // Searching

  #url(path, pairs) {
    const url = new URL(`api/v1/${path}`, this.#endpoint);
    const key = this.getAttribute("site-key");
    url.search = new URLSearchParams(key ? [...pairs, ["site_key", key]] : pairs);
    return url;
  }

  /** Fetch JSON; the problem that is thrown knows the status, 0 where nothing was reached. */
  async #fetch(url, signal) {
    const problem = (status, detail = "") => Object.assign(new Error(detail), { status });
    let answer, content;
    try {
      answer = await fetch(url, { signal, credentials: "omit", referrerPolicy: "no-referrer" });
      content = await answer.json();
    } catch {
      throw problem(answer && !answer.ok ? answer.status : 0);
    }
    if (!answer.ok) throw problem(answer.status, content.detail);
    return content;
  }

  #pairs() {
    const chosen = [...this.#chosen].flatMap(([name, values]) => [...values].map((value) => [name, value]));
    return [["q", this.#box.value.trim()], ...this.#preset, ...chosen];
  }

  async #ask(focus) {
    this.#close();
    this.#asking?.abort();
    const mine = (this.#asking = new AbortController());
    const query = this.#box.value.trim();
    const busy = setTimeout(() => mine === this.#asking && this.#status.replaceChildren(this.#say("busy")), 400);
    const late = setTimeout(() => mine.abort(), PATIENCE);
    this.#body.setAttribute("aria-busy", "true");
    try {
      const pairs = [...this.#pairs(), ["size", this.#size], ["page", this.#page]];
      const answer = await this.#fetch(this.#url("search", pairs), mine.signal);
      if (mine !== this.#asking) return;
      this.#show(answer, focus);
      this.#tell("results", { query, total: answer.total, page: answer.page, answer });
    } catch (problem) {
      if (mine !== this.#asking) return;
      this.#excuse(problem);
      this.#tell("error", { query, status: problem.status ?? 0, message: problem.message });
    } finally {
      clearTimeout(busy);
      clearTimeout(late);
      if (mine === this.#asking) this.#body.removeAttribute("aria-busy");
    }
  }

  #excuse({ status, message }) {
    const key = status === 429 ? "many" : status >= 400 && status < 500 ? "unread" : "down";
    const url = new URL(`search?${new URLSearchParams(this.#pairs())}`, this.#endpoint);
    const ways = [h("button", { part: "button", type: "button", click: () => this.#ask(true) }, this.#say("again")), this.#elsewhere(url)];
    const detail = key === "unread" && message && h("p", { lang: "en" }, message);
    const held = this.shadowRoot.activeElement;
    this.#body.replaceChildren();
    this.#status.replaceChildren(this.#say(key), detail || "", h("p", null, ways));
    if (held && !held.isConnected) this.#status.focus();
  }

  // What is shown

  #link(url, attributes, ...children) {
    const target = this.getAttribute("target");
    const isNew = target === "_blank";
    return h("a", { href: url.href, target: target ?? false, rel: isNew && "noopener", ...attributes }, ...children, isNew && h("span", { class: "unseen" }, ` (${this.#say("tab")})`));
  }

  #elsewhere(url) {
    return this.#link(url, { part: "link" }, this.#say("all", { s: this.#endpoint.host }));
  }

  #show(answer, focus) {
    const held = this.shadowRoot.activeElement;
    const { name, value } = held ?? {};
    const { total, loosened, hits } = answer;
    const pages = Math.max(Math.ceil((total + loosened) / answer.size), 1);
    const counts = total ? this.#say("found", { n: total }) : this.#say("none");
    const said = [counts, loosened > 0 && this.#say("loose", { n: loosened }), pages > 1 && this.#say("page", { n: answer.page, m: pages })];
    this.#status.replaceChildren(said.filter(Boolean).join(" · "));
    const level = /^[2-6]$/.test(this.getAttribute("heading")) ? this.getAttribute("heading") : 3;
    this.#body.replaceChildren(
      this.#notices(answer),
      this.#filters(answer.facets),
      h("ol", { role: "list", part: "hits" }, hits.map((hit) => this.#hit(hit, level))),
      pages > 1 ? this.#steps(answer, pages) : "",
      hits.length ? h("p", { class: "source" }, this.#elsewhere(new URL(answer.links.html, this.#endpoint))) : "",
    );
    if (focus) {
      this.#status.focus({ preventScroll: true });
      this.shadowRoot.querySelector("form").scrollIntoView({ block: "nearest" });
    } else if (held && !held.isConnected) {
      const same = [...this.#body.querySelectorAll("fieldset input")].find((each) => each.name === name && each.value === value);
      (same ?? this.#body.querySelector("summary") ?? this.#status).focus();
    }
  }

  #notices({ query, is_partial: isPartial }) {
    const meant = query.did_you_mean;
    const go = (text) => h("button", { type: "button", part: "button", lang: "en", click: () => this.search(text, 1, true) }, text);
    const lines = [
      isPartial && [this.#say("partial")],
      meant && around(this.#say(meant.is_answered ? "instead" : "meant"), go(meant.query)),
      ...query.added.map((each) => around(this.#say("also"), h("span", { lang: "en" }, each.names.slice(0, 5).join(", ")))),
      ...query.notices.map((each) => [h("span", { lang: "en" }, each.message)]),
    ].filter(Boolean);
    return lines.length ? h("ul", { class: "notices", part: "notices" }, lines.map((line) => h("li", null, line))) : "";
  }

  #filters(facets) {
    const preset = new Set(this.#preset.map(([name]) => name));
    const wanted = (this.getAttribute("facets") ?? "keyword,year,type").split(/[\s,]+/);
    const shown = wanted.map((name) => facets.find((each) => each.name === name)).filter((each) => each?.values.length && !preset.has(each.name));
    const n = [...this.#chosen.values()].reduce((sum, values) => sum + values.size, 0);
    if (!shown.length && !n) return "";
    const sets = shown.map(({ name, title, values }) => {
      const kept = values.filter((each, place) => place < VALUES || each.is_chosen);
      return h("fieldset", { part: "facet" }, h("legend", null, FACETS[name] ? this.#say(name, {}, FACETS) : title), kept.map((each) => this.#value(name, each)));
    });
    const clear = h("button", { type: "button", class: "clear", part: "button", click: () => (this.#chosen.clear(), this.search()) }, this.#say("clear"));
    const summary = h("summary", { part: "summary" }, this.#say("filters"), n > 0 && ` (${this.#say("chosen", { n })})`);
    const toggled = ({ target }) => (this.#isOpen = target.open);
    return h("details", { part: "facets", open: this.#isOpen, toggle: toggled }, summary, h("div", { class: "grid" }, sets), n > 0 && clear);
  }

  #value(name, { value, label, count }) {
    const values = this.#chosen.get(name) ?? new Set();
    const change = ({ target }) => {
      values[target.checked ? "add" : "delete"](value);
      this.#chosen.set(name, values);
      this.search();
    };
    const number = h("span", { class: "count" }, `(${count.toLocaleString(LANGUAGES[this.#language])})`);
    return h("label", { part: "value" }, h("input", { type: "checkbox", name, value, checked: values.has(value), change }), h("span", { lang: "en" }, label), number);
  }

  #hit({ article, title, snippets, is_loose: isLoose }, level) {
    const url = new URL(article.links.html, this.#endpoint);
    const click = (event) => this.#tell("select", { key: article.key, url: url.href }) || event.preventDefault();
    const flags = [article.is_retracted && "retracted", article.is_preprint && "preprint", article.is_sample && "sample", isLoose && "part"].filter(Boolean);
    const authors = article.authors.slice(0, 3).join(", ") + (article.authors.length > 3 ? " et al" : "");
    const source = [authors, article.journal].filter(Boolean).map((each) => `${each}. `);
    return h(
      "li",
      { class: "hit", part: "hit" },
      h(`h${level}`, { class: "title", part: "title" }, this.#link(url, { part: "link", click }, h("span", { lang: "en" }, pieces(title)))),
      h("p", { class: "source", part: "source" }, source, this.#date(article.date)),
      flags.length > 0 && h("p", null, flags.map((flag) => h("span", { class: `flag ${flag}`, part: `flag ${flag}` }, this.#say(flag)))),
      snippets.map(({ label, pieces: list }, n) => {
        return h("p", { class: "snippet", part: "snippet", lang: "en" }, label && label !== snippets[n - 1]?.label && `${label}: `, pieces(list));
      }),
    );
  }

  #date(text) {
    if (!text) return "";
    const [year, month, day] = text.split("-").map(Number);
    const options = { timeZone: "UTC", year: "numeric", ...(month && { month: "short" }), ...(day && { day: "numeric" }) };
    const date = new Date(Date.UTC(year, (month || 1) - 1, day || 1));
    return h("time", { datetime: text }, date.toLocaleDateString(LANGUAGES[this.#language], options));
  }

  #steps({ page, links }, pages) {
    const step = (key, number) => {
      const isThere = Boolean(links[key]);
      return h("button", { type: "button", part: "button", "aria-disabled": String(!isThere), click: () => isThere && this.search(undefined, number, true) }, this.#say(key));
    };
    return h("nav", { part: "pages", "aria-label": this.#say("pages") }, step("prev", page - 1), h("span", null, this.#say("page", { n: page, m: pages })), step("next", page + 1));
  }

  // Suggestions: a combobox with a list and manual selection, as the ARIA practices describe it

  #typed() {
    clearTimeout(this.#timer);
    if (this.#box.value.trim()) this.#timer = setTimeout(() => this.#suggest(), WAIT);
    else this.#close();
  }

  async #suggest() {
    this.#suggesting?.abort();
    const mine = (this.#suggesting = new AbortController());
    try {
      const { suggestions } = await this.#fetch(this.#url("suggest", [["q", this.#box.value], ["size", 8]]), mine.signal);
      if (mine === this.#suggesting && this.shadowRoot.activeElement === this.#box) this.#offer(suggestions);
    } catch {
      if (mine === this.#suggesting) this.#close(); // suggestions are a convenience: the search works without
    }
  }

  #offer(found) {
    this.#offers = found;
    this.#list.replaceChildren(
      ...found.map(({ text, kind, count, name }, n) => {
        const note = name ? `= ${name}` : kind !== "title" && count ? count.toLocaleString(LANGUAGES[this.#language]) : "";
        return h("li", { id: `o${n}`, role: "option", part: "suggestion", "aria-selected": "false" }, h("span", { lang: "en" }, text), h("span", { class: "count" }, note));
      }),
    );
    this.#choose(-1);
    this.#list.hidden = !found.length;
    this.#box.setAttribute("aria-expanded", String(found.length > 0));
    this.#told.textContent = found.length ? this.#say("offered", { n: found.length }) : "";
  }

  #choose(at) {
    this.#at = at;
    [...this.#list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    if (at < 0) return this.#box.removeAttribute("aria-activedescendant");
    this.#box.setAttribute("aria-activedescendant", `o${at}`);
    this.#list.children[at].scrollIntoView({ block: "nearest" });
  }

  #close() {
    clearTimeout(this.#timer);
    this.#suggesting?.abort();
    this.#suggesting = null;
    this.#offer([]);
  }

  #accept(at) {
    if (at < 0) return;
    this.search(this.#offers[at].query);
  }

  #key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const count = this.#offers.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && count) {
      event.preventDefault();
      this.#choose(((this.#at + 1 + step + count + 1) % (count + 1)) - 1); // beyond either end is the box itself
    } else if (event.key === "ArrowDown" && this.#box.value.trim()) {
      this.#suggest();
    } else if (event.key === "Enter" && this.#at >= 0) {
      event.preventDefault();
      this.#accept(this.#at);
    } else if (event.key === "Escape" && count) {
      event.preventDefault();
      this.#close();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      this.#choose(-1);
    }
  }
}

if (!customElements.get("als-search")) customElements.define("als-search", AlsSearch);
