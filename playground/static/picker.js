// A button that lets files be chosen. The browser's own control says "No file chosen" beside the
// very file that was dropped or painted, so it works out of sight.

import { button, h } from "./element.js";

// take(files) is called with what was chosen. Returns the button and the hidden control.
export function filePicker(label, take, { multiple = false, ...props } = {}) {
  const picker = h("input", { type: "file", multiple, class: "hidden-file", tabindex: "-1",
    "aria-hidden": "true",
    onchange: () => {
      take([...picker.files]);
      picker.value = "";
    } });
  return [button(label, () => picker.click(), props), picker];
}
