// Runs before the first paint so that a chosen theme never flashes. Everything else is in app.js.
document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("selvedge-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* storage refused: the system's preference stands */ }
