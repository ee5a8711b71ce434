// Files that are dropped or pasted: they go to the form that is open, else to the message box.
// Dropped anywhere else a file would replace the page, so it is caught there and goes nowhere.

const chat = document.querySelector("#chat");

export function startDrops(offer) {
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = takerAt(event.target, offer) ? "copy" : "none";
    chat.classList.toggle("dropping", chat.contains(event.target));
  });
  document.addEventListener("dragleave", () => chat.classList.remove("dropping"));
  document.addEventListener("drop", (event) => {
    chat.classList.remove("dropping");
    give(event, event.dataTransfer, offer);
  });
  document.addEventListener("paste", (event) => give(event, event.clipboardData, offer));
}

function give(event, data, offer) {
  if (!data.types.includes("Files")) return;
  event.preventDefault();
  takerAt(event.target, offer)?.([...data.files]);
}

// Who takes files there; null for nobody.
function takerAt(target, offer) {
  const dialog = target.closest("dialog");
  if (!dialog) return chat.contains(target) || target === document.body ? offer : null;
  const field = target.closest(".form-upload") ?? dialog.querySelector(".form-upload");
  return field && ((files) => field.dispatchEvent(new CustomEvent("files", { detail: files })));
}
