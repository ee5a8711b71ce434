// The message box while a command is being filled in.

import { act } from "./api.js";
import { Chip } from "./chip.js";
import { h } from "./element.js";
import { ATTACHMENT, offers, takes } from "./options.js";

const WAIT = 150; // milliseconds of silence before the bot is asked for suggestions

export class CommandBox {
  constructor(entry, { suggestions, leave, send, hint, keepRest }) {
    Object.assign(this, { entry, suggestions, leave, send, hint, keepRest });
    this.chips = [];
    this.tail = h("input", {
      class: "tail", role: "combobox", "aria-label": "More options", "aria-expanded": "false",
      autocomplete: "off", onfocus: () => this.showMore(), oninput: () => this.showMore(),
      onblur: () => this.suggestions.hide(), onkeydown: (event) => this.tailKey(event),
    });
    this.row = h("span", { class: "chips" });
    this.element = h("div", { class: "command-box", role: "group", "aria-label": `/${entry.name}` },
      h("span", { class: "command-word" }, `/${entry.name}`), this.row, this.tail);
    for (const option of entry.options) if (option.required) this.add(option);
    this.countMore();
  }

  fill(texts) {
    for (const [name, text] of texts) this.chipFor(name)?.set(text);
  }

  focus() {
    (this.chips.find((chip) => chip.read().wrong) ?? this.chips.at(-1) ?? this).take();
  }

  take() {
    this.tail.focus();
  }

  add(option) {
    const chip = new Chip(option, {
      input: (one) => this.suggest(one), focus: (one) => this.suggest(one),
      keydown: (one, event) => this.key(one, event),
      blur: (one) => {
        this.suggestions.hide();
        if (one.text) one.mark();
      },
      fill: (one, files) => this.keepRest(this.putFiles(files, one)),
    });
    chip.take = () => chip.input.focus();
    this.chips.push(chip);
    this.row.append(chip.element);
    this.countMore();
    return chip;
  }

  chipFor(name) {
    const option = this.entry.options.find((one) => one.name === name);
    return this.chips.find((chip) => chip.option === option) ?? (option ? this.add(option) : null);
  }

  rest() {
    return this.entry.options.filter((o) => !this.chips.some((chip) => chip.option === o));
  }

  countMore() {
    const more = this.rest().length;
    this.tail.placeholder = more ? `+${more} more` : "";
  }

  // Files go to the given chip, then to the empty ones, then to attachment options not shown yet.
  // Returns those that find no place.
  putFiles(files, first = null) {
    const empty = this.chips.filter((c) => c.option.type === ATTACHMENT && !c.file && c !== first);
    const places = [...(first ? [first] : []), ...empty];
    return files.filter((file) => {
      const chip = places.shift() ?? this.nextFileChip();
      chip?.setFile(file);
      return !chip;
    });
  }

  files() {
    return this.chips.map((chip) => chip.file).filter(Boolean);
  }

  // How many files the command takes, in words.
  room() {
    const count = this.entry.options.filter((option) => option.type === ATTACHMENT).length;
    return ["no file", "one file"][count] ?? `${count} files`;
  }

  nextFileChip() {
    const option = this.rest().find((one) => one.type === ATTACHMENT);
    return option ? this.add(option) : null;
  }

  values(except = null) {
    const values = {};
    for (const chip of this.chips) {
      const { value } = chip === except ? {} : chip.read();
      if (value !== undefined) values[chip.option.name] = value;
    }
    return values;
  }

  // The first chip that cannot be sent, with its complaint.
  wrong() {
    const marked = this.chips.map((chip) => ({ chip, wrong: chip.mark() }));
    return marked.find(({ wrong }) => wrong) ?? null;
  }

  suggest(chip) {
    const { option } = chip;
    this.hint(`${option.name}: ${option.description} · ${takes(option)}`);
    this.suggestions.hide();
    const fixed = offers(option);
    if (fixed) this.offer(chip, fixed);
    else if (option.autocomplete) this.ask(chip);
  }

  offer(chip, choices) {
    const typed = chip.text.trim().toLowerCase();
    const exact = choices.some((one) => one.name.toLowerCase() === typed);
    const fitting = choices.filter((one) => exact || one.name.toLowerCase().includes(typed));
    this.suggestions.show(chip.input, fitting.map((one) => ({ label: one.name, choice: one })), {
      title: chip.option.name, first: !exact,
      pick: ({ choice }) => this.picked(chip, choice),
    });
  }

  picked(chip, choice) {
    chip.set(String(choice.name), { name: String(choice.name), value: choice.value });
    this.suggestions.hide();
    chip.input.focus({ preventScroll: true });
    this.suggestions.hide();
  }

  ask(chip) {
    clearTimeout(this.timer);
    this.asking?.abort();
    const asking = this.asking = new AbortController();
    this.timer = setTimeout(async () => {
      try {
        const answer = await act("autocomplete", { name: this.entry.name, option: chip.option.name,
          text: chip.text, values: this.values(chip) }, { signal: asking.signal });
        if (asking.signal.aborted || document.activeElement !== chip.input) return;
        if (answer.failed) this.hint(answer.failed);
        this.suggestions.show(chip.input, answer.choices.map((one) => ({
          label: String(one.name), choice: { name: String(one.name), value: one.value } })), {
          title: chip.option.name, pick: ({ choice }) => this.picked(chip, choice) });
      } catch (error) {
        if (error.name !== "AbortError") this.hint(error.message);
      }
    }, WAIT);
  }

  showMore() {
    const typed = this.tail.value.trim().toLowerCase();
    const more = this.rest().filter((option) => option.name.includes(typed));
    this.suggestions.show(this.tail, more.map((option) => ({
      label: option.name, detail: takes(option), description: option.description, option })), {
      title: "Optional", first: Boolean(typed),
      pick: ({ option }) => {
        this.tail.value = "";
        this.add(option).input.focus();
      } });
  }

  key(chip, event) {
    if (this.suggestions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Backspace" && !chip.text && !chip.file) {
      event.preventDefault();
      this.dropChip(chip);
    } else if (event.key === "Backspace" && chip.file) chip.setFile(null);
    else if (event.key === "Escape") this.leave();
  }

  dropChip(chip) {
    const index = this.chips.indexOf(chip);
    if (!chip.option.required) {
      this.chips.splice(index, 1);
      chip.element.remove();
      this.countMore();
    }
    if (index > 0) this.chips[index - 1].take();
    else if (chip.option.required) this.leave();
    else this.take();
  }

  tailKey(event) {
    if (this.suggestions.key(event)) return;
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Backspace" && !this.tail.value) {
      event.preventDefault();
      if (this.chips.length) this.chips.at(-1).take();
      else this.leave();
    } else if (event.key === "Escape") this.leave();
  }
}
