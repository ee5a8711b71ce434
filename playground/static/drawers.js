// The columns beside the chat. On a screen without room for them they are drawers over it.

const NAMES = {
  channels: { shown: "show-channels", widest: 760, parts: "#guilds, #channels" },
  panel: { shown: "show-panel", widest: 1100, parts: "#panel" },
};
const OWN_ESCAPE = "dialog, #composer"; // where Escape means something else

export function startDrawers() {
  for (const name of Object.keys(NAMES)) {
    controlOf(name).addEventListener("click", () => turn(name, !isOpen(name)));
  }
  turn("panel", !isDrawer("panel"));
  document.querySelector("#chat").addEventListener("pointerdown", (event) => {
    if (!event.target.closest("header")) closeDrawer("channels");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target.closest(OWN_ESCAPE)) return;
    for (const name of Object.keys(NAMES)) closeDrawer(name);
  });
}

// Closes what lies over the chat; a column stays. The focus goes back to what opened it.
export function closeDrawer(name) {
  if (!isDrawer(name) || !isOpen(name)) return;
  const inside = document.activeElement.closest(NAMES[name].parts);
  turn(name, false);
  if (inside) controlOf(name).focus();
}

function turn(name, open) {
  for (const other of Object.keys(NAMES)) {
    const shown = other === name ? open : isOpen(other) && !open;
    document.body.classList.toggle(NAMES[other].shown, shown);
    controlOf(other).setAttribute("aria-expanded", String(shown));
  }
}

function isOpen(name) {
  return document.body.classList.contains(NAMES[name].shown);
}

function isDrawer(name) {
  return window.innerWidth <= NAMES[name].widest;
}

function controlOf(name) {
  return document.querySelector(`#open-${name}`);
}
