/* Suggestions while typing: the WAI-ARIA combobox with a listbox popup, for inputs with `data-suggest`.

     <input name="q" data-suggest="/api/v1/suggest" data-suggest-group="places">

   The address is asked with ?q=...&group=... and answers {"groups": [{"label", "suggestions": [{"label", "detail", "sets", "url"}]}]}.
   Choosing one puts `sets` into the form: a field of that name gets the value; a filter without a field becomes a tag
   beside the sentence, which can be taken out again. A suggestion that sets nothing is a page: choosing it goes there.

   Keys: Down and Up walk through the list, Enter chooses, Escape closes, Home and End move in the text, Tab leaves without
   choosing. Nothing is chosen until somebody chooses it, so that Enter sends what was typed. */

const WAIT = 140, SHORTEST = 2, KEPT = 60;
const TAGGED = ["skill", "kind", "material", "product", "certification", "language"];
let count = 0;

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export class Combobox {
  constructor(input) {
    this.input = input;
    this.form = input.form;
    this.answers = new Map();        // address -> groups, the last few
    this.options = [];               // [{node, suggestion}]
    this.active = -1;
    this.asked = 0;                  // number of the newest question: older answers are dropped
    const id = `suggest-${++count}`;
    const name = document.querySelector(`label[for="${CSS.escape(input.id)}"]`)?.textContent || "Suggestions";
    this.list = make("div", { id, class: "suggest", role: "listbox", "aria-label": `Suggestions: ${name}`, hidden: "" });
    this.status = make("div", { class: "visually-hidden", role: "status" });
    /* Beside the sentence, not in it: its words are set in another size. */
    const frame = input.closest("form") || input.parentElement;
    frame.classList.add("suggest-frame");
    frame.append(this.list, this.status);
    this.frame = frame;
    for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, autocomplete: "off", autocapitalize: "none", spellcheck: "false" })) input.setAttribute(key, value);

    input.addEventListener("input", (event) => { if (!event.isComposing) this.typed(); });
    input.addEventListener("compositionend", () => this.typed());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());    // the focus stays in the text
    this.list.addEventListener("click", (event) => {
      const at = this.options.findIndex(({ node }) => node.contains(event.target));
      if (at >= 0) this.choose(at);
    });
    addEventListener("resize", () => this.place());
  }

  get isOpen() { return !this.list.hidden; }

  typed() {
    this.forgetPlace();
    this.mark(-1);
    clearTimeout(this.timer);
    const text = this.input.value.trim();
    if (text.length < SHORTEST) { this.asked++; this.controller?.abort(); this.close(); this.show([]); return; }
    this.timer = setTimeout(() => this.ask(text), WAIT);
  }

  /* The place was chosen with its position; another name is another place. */
  forgetPlace() {
    if (this.input.name === "near") for (const hidden of this.form?.querySelectorAll("input[data-chosen]") ?? []) hidden.remove();
  }

  async ask(text, thenMove = 0) {
    const turn = ++this.asked;
    this.controller?.abort();
    this.controller = new AbortController();
    const query = new URLSearchParams({ q: text });
    if (this.input.dataset.suggestGroup) query.set("group", this.input.dataset.suggestGroup);
    const url = `${this.input.dataset.suggest}?${query}`;
    let groups = this.answers.get(url);
    if (!groups) {
      try {
        const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", signal: this.controller.signal });
        groups = answer.ok ? (await answer.json()).groups : [];
        if (answer.ok) this.answers.set(url, groups);
      } catch { groups = []; }       // no suggestions are better than an error while typing
      if (this.answers.size > KEPT) this.answers.delete(this.answers.keys().next().value);
    }
    /* Late, or for a text that has changed, or nobody is here any more. */
    if (turn !== this.asked || this.input.value.trim() !== text || document.activeElement !== this.input) return;
    this.show(groups);
    if (this.options.length) this.open();
    this.say();
    if (thenMove && this.options.length) this.mark(thenMove > 0 ? 0 : this.options.length - 1);
  }

  show(groups) {
    this.options = [];
    this.mark(-1);
    this.list.replaceChildren(...groups.map((group, g) => {
      const label = make("div", { class: "suggest__label", id: `${this.list.id}-g${g}`, role: "presentation" }, group.label);
      return make("div", { role: "group", "aria-labelledby": label.id }, label, ...group.suggestions.map((suggestion) => {
        const node = make("div", { class: "suggest__option", role: "option", id: `${this.list.id}-${this.options.length}`, "aria-selected": "false" }, make("span", {}, suggestion.label));
        if (suggestion.detail) node.append(" ", make("span", { class: "suggest__detail" }, suggestion.detail));
        this.options.push({ node, suggestion, group: group.label });
        return node;
      }));
    }));
    if (!this.options.length) this.close();
  }

  say() {
    const n = this.options.length;
    this.status.textContent = n ? `${n} ${n === 1 ? "suggestion" : "suggestions"}. Use the down arrow.` : "No suggestions.";
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.list.scrollTop = 0;
    this.place();
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.status.textContent = "";
    this.mark(-1);
  }

  place() {
    if (!this.isOpen) return;
    const frame = this.frame.getBoundingClientRect(), box = this.input.getBoundingClientRect();
    const width = Math.min(400, document.documentElement.clientWidth - 24);
    const left = Math.max(12, Math.min(box.left, document.documentElement.clientWidth - 12 - width));
    Object.assign(this.list.style, { width: `${width}px`, left: `${left - frame.left}px`, top: `${box.bottom - frame.top + 4}px` });
  }

  mark(at) {
    this.options[this.active]?.node.setAttribute("aria-selected", "false");
    this.active = at;
    const option = this.options[at];
    if (!option) { this.input.removeAttribute("aria-activedescendant"); return; }
    option.node.setAttribute("aria-selected", "true");
    option.node.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.node.id);
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      if (event.altKey && this.isOpen && step < 0) { event.preventDefault(); this.close(); return; }
      if (!this.isOpen) {
        const text = this.input.value.trim();
        if (text.length < SHORTEST) return;
        event.preventDefault();
        this.ask(text, event.altKey ? 0 : step);
        return;
      }
      event.preventDefault();
      /* One place more than there are options: the text itself. */
      const places = this.options.length + 1;
      this.mark((this.active + 1 + step + places) % places - 1);
    } else if (event.key === "Enter") {
      if (this.isOpen && this.active >= 0) { event.preventDefault(); this.choose(this.active); return; }
      this.asked++;                  // what was typed is sent: an answer that is still to come is for nobody
      this.close();
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.asked++;
      this.close();
    } else if (event.key === "Home" || event.key === "End") {
      this.mark(-1);                 // the browser moves the cursor
    } else if (event.key === "Tab") {
      this.asked++;
      this.close();
    }
  }

  choose(at) {
    const { suggestion } = this.options[at];
    this.asked++;
    this.close();
    const sets = Object.entries(suggestion.sets);
    if (!sets.length) { location.assign(suggestion.url); return; }
    let changed = this.input;
    for (const [name, value] of sets) changed = this.set(name, value, suggestion.label) || changed;
    if (!(this.input.name in suggestion.sets)) this.input.value = "";
    this.status.textContent = `${suggestion.label} chosen.`;
    changed.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* Put a value where the form keeps it; answers the field that changed. */
  set(name, value, label) {
    if (TAGGED.includes(name)) {
      const box = this.form.elements[name] && [...document.querySelectorAll(`input[type="checkbox"][name="${name}"]`)].find((e) => e.form === this.form && e.value === value);
      if (box) { box.checked = true; return box; }
      return this.tag(name, value, label);
    }
    const fields = this.form.elements[name];
    const field = fields instanceof RadioNodeList ? fields[0] : fields;
    if (field) { field.value = value; return field; }
    const hidden = make("input", { type: "hidden", name, value, "data-chosen": "" });
    this.form.append(hidden);
    return null;
  }

  tag(name, value, label) {
    let tags = this.form.querySelector(".ask__tags");
    if (!tags) {
      tags = make("ul", { class: "ask__tags", "aria-label": "Chosen" });
      this.form.querySelector(".ask__words").after(tags);
    }
    const input = make("input", { type: "hidden", name, value });
    const button = make("button", { type: "button", class: "ticket" }, label, " ", make("span", { "aria-hidden": "true" }, "×"), make("span", { class: "visually-hidden" }, ", take out"));
    const item = make("li", {}, input, button);
    button.addEventListener("click", () => {
      item.remove();
      this.input.focus();
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    tags.append(item);
    return input;
  }
}

for (const input of document.querySelectorAll("input[data-suggest]")) new Combobox(input);

/* The answer lists what was chosen among its filters, with a way to take it out: the tags have done their work. */
document.addEventListener("htmx:after:swap", () => {
  for (const tags of document.querySelectorAll(".ask__tags")) tags.remove();
});
