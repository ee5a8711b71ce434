// Light or dark: as chosen, or as the system says.

const KEY = "theme";

export function startTheme() {
  const system = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  apply(localStorage.getItem(KEY) ?? system);
  document.querySelector("#theme").addEventListener("click", () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem(KEY, next);
    apply(next);
  });
}

function apply(theme) {
  document.documentElement.dataset.theme = theme;
}
