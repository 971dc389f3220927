// Enhancement only: every page works without this file.

const root = document.documentElement;

/* Theme: the system's choice until somebody presses the button. */
function shownTheme() {
  return root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}
function labelThemeButtons() {
  const next = shownTheme() === "dark" ? "light" : "dark";
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.hidden = false;
    button.querySelector("[data-theme-word]").textContent = next === "dark" ? "Dark" : "Light";
    button.setAttribute("aria-label", `Switch to the ${next} theme`);
    for (const icon of button.querySelectorAll("[data-icon]")) icon.toggleAttribute("hidden", icon.dataset.icon !== next);
  }
}
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  root.dataset.theme = shownTheme() === "dark" ? "light" : "dark";
  try { localStorage.setItem("selvedge-theme", root.dataset.theme); } catch { /* lasts for this page */ }
  labelThemeButtons();
  document.dispatchEvent(new CustomEvent("selvedge:theme", { detail: root.dataset.theme }));
});
labelThemeButtons();

/* Search: a changed filter asks again; htmx turns the submit into a fragment request. */
let timer;
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form?.hasAttribute("data-autosubmit") || event.target.closest("[data-no-autosubmit]")) return;
  clearTimeout(timer);
  timer = setTimeout(() => form.requestSubmit(), 250);
});
/* Enter changes a field and submits it: the search that is under way needs no second one, whose swap would
   take the focus from wherever it has gone meanwhile. */
document.addEventListener("submit", () => clearTimeout(timer), true);

/* The map was hidden when it was measured: say so when its tab opens. */
document.addEventListener("change", (event) => {
  if (event.target.matches('input[name="view"]')) dispatchEvent(new Event("resize"));
});

/* Steppers: buttons appear around a number input, hold to keep counting. */
function prepareSteppers(scope) {
  for (const box of scope.querySelectorAll("[data-stepper]:not([data-ready])")) {
    box.dataset.ready = "";
    const input = box.querySelector("input");
    for (const button of box.querySelectorAll("button[data-step]")) {
      button.hidden = false;
      let repeat;
      const step = () => {
        const by = Number(button.dataset.step) * Number(input.dataset.by || 1);
        const most = input.max === "" ? Infinity : Number(input.max);
        input.value = Math.min(most, Math.max(0, Math.round(((input.valueAsNumber || 0) + by) * 1000) / 1000));
        input.dispatchEvent(new Event("input", { bubbles: true }));
      };
      const stop = () => { clearTimeout(repeat); clearInterval(repeat); };
      button.addEventListener("click", (event) => { if (event.detail === 0) step(); });
      button.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        step();
        repeat = setTimeout(() => { repeat = setInterval(step, 90); }, 400);
      });
      for (const type of ["pointerup", "pointerleave", "pointercancel"]) button.addEventListener(type, stop);
    }
  }
}
prepareSteppers(document);
document.addEventListener("htmx:after:swap", () => { prepareSteppers(document); labelThemeButtons(); });

/* Weeks: Save is emphasised once the number differs from what is stored. */
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-week]");
  if (!form) return;
  const changed = event.target.value !== event.target.defaultValue;
  form.querySelector("[data-save]")?.classList.toggle("btn--primary", changed);
});

/* Weeks: an undo toast after a save made in place. The row carries the amount it had before. */
const toasts = document.querySelector("[data-toasts]");
document.addEventListener("htmx:before:request", (event) => {
  const form = event.target.closest?.("form[data-week]");
  if (form) undo = { id: form.id, previous: form.querySelector("input[type=number]").defaultValue, label: form.dataset.week };
});
let undo;
document.addEventListener("htmx:after:swap", () => {
  if (!undo || !toasts) return;
  const { id, previous, label } = undo;
  undo = undefined;
  const form = document.getElementById(id);
  const input = form?.querySelector("input[type=number]");
  if (!input || input.getAttribute("aria-invalid") === "true" || input.value === previous) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  const text = document.createElement("span");
  text.textContent = `${label}: saved ${input.value}, was ${previous || "nothing"}.`;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn--s";
  button.textContent = "Undo";
  button.addEventListener("click", () => {
    toast.remove();
    const again = document.getElementById(id);
    if (!again) return;
    again.querySelector("input[type=number]").value = previous || "0";
    again.requestSubmit();
  });
  toast.append(text, button);
  toasts.replaceChildren(toast);
  setTimeout(() => toast.remove(), 10000);
});

/* Repeated rows (minimum rules, price breaks): offer one more than the server sent. */
for (const button of document.querySelectorAll("[data-add-row]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const list = document.getElementById(button.dataset.addRow);
    const rows = list.querySelectorAll("[data-row]");
    const row = rows[rows.length - 1].cloneNode(true);
    const from = `-${rows.length - 1}`;
    const to = `-${rows.length}`;
    for (const element of row.querySelectorAll("*")) {
      for (const name of ["id", "for", "name", "aria-describedby", "aria-labelledby"]) {
        const value = element.getAttribute(name);
        if (value?.includes(from)) element.setAttribute(name, value.replace(from, to));
      }
      if (element.matches("input")) element.value = "";
    }
    list.append(row);
    row.querySelector("input, select")?.focus();
  });
}

/* Menus close on Escape and when focus leaves them. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

/* Print: the browser's own dialogue, for who does not know where to find it. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
