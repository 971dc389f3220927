// The table of sizes and colours: sums follow the numbers, and cells of a spreadsheet can be pasted into it.
// Without this file the sums are those of the last time the page was sent.

const table = document.querySelector("[data-matrix]");

function cellsOf(row) { return [...row.querySelectorAll("[data-cell]")]; }
function rows() { return [...table.tBodies[0].rows]; }
function value(input) { return /^\d+$/.test(input.value.trim()) ? Number(input.value) : 0; }
function show(element, sum) { if (element) element.textContent = sum.toLocaleString("en").replaceAll(",", "\u202f"); }

function addUp() {
  const columns = [];
  let total = 0;
  for (const row of rows()) {
    const numbers = cellsOf(row).map(value);
    const sum = numbers.reduce((a, b) => a + b, 0);
    numbers.forEach((number, n) => { columns[n] = (columns[n] ?? 0) + number; });
    show(row.querySelector("[data-row-sum]"), sum);
    total += sum;
  }
  table.querySelectorAll("[data-column-sum]").forEach((cell, n) => show(cell, columns[n] ?? 0));
  show(table.querySelector("[data-total]"), total);
}

/* Several numbers at once go into the cells to the right and below; names of sizes and colours are typed or sent
   through "From a spreadsheet", which can also make the table larger. */
function paste(event) {
  const cell = event.target.closest("[data-cell]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!cell || !/[\t\n]/.test(text.trim())) return;
  const lines = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
  const below = rows().slice(rows().indexOf(cell.closest("tr")));
  const column = cellsOf(cell.closest("tr")).indexOf(cell);
  const fits = lines.length <= below.length && lines.every((line) => column + line.length <= cellsOf(below[0]).length);
  if (!fits) {
    const box = document.getElementById("f-paste");
    box.closest("details").open = true;
    box.value = text;
    box.focus();
  } else {
    lines.forEach((line, r) => line.forEach((number, c) => { cellsOf(below[r])[column + c].value = number.trim(); }));
    addUp();
  }
  event.preventDefault();
}

if (table) {
  table.addEventListener("input", addUp);
  table.addEventListener("paste", paste);
}
