// A command's options as the client reads them: what was typed becomes a value, or a complaint.

import { guildOf, people } from "./store.js";

export const STRING = 3, INTEGER = 4, BOOLEAN = 5, USER = 6, CHANNEL = 7, ROLE = 8,
  MENTIONABLE = 9, NUMBER = 10, ATTACHMENT = 11;
const TYPES = { [STRING]: "text", [INTEGER]: "whole number", [BOOLEAN]: "true or false",
  [USER]: "member", [CHANNEL]: "channel", [ROLE]: "role", [MENTIONABLE]: "member or role",
  [NUMBER]: "number", [ATTACHMENT]: "file" };

// Commands with their subcommands laid flat: "quota", "settings show".
export function flatten(commands) {
  return commands.flatMap((command) => leaves(command, command.name, command.description));
}

function leaves(node, name, description) {
  const inner = (node.options ?? []).filter((option) => option.type <= 2);
  if (!inner.length) return [{ name, description, options: node.options ?? [] }];
  return inner.flatMap((option) => leaves(option, `${name} ${option.name}`, option.description));
}

// What an option takes, in a few words.
export function takes(option) {
  const low = option.min_value ?? option.min_length;
  const high = option.max_value ?? option.max_length;
  const unit = option.type === STRING ? " characters" : "";
  const both = low && high !== undefined ? `${low} to ${high}` : null;
  const range = option.choices?.length ? `${option.choices.length} choices`
    : both ?? (high !== undefined ? `${low ?? 0} to ${high}` : low ? `${low} or more` : "");
  const words = [TYPES[option.type], range && range + (option.choices?.length ? "" : unit)];
  return words.filter(Boolean).join(", ");
}

// The fixed values that an option offers: [{name, value}], or null when anything may be typed.
export function offers(option) {
  const entity = (kind) => (one) => ({ name: one.name, value: { kind, id: one.id } });
  const users = () => people().map(entity("user"));
  const roles = () => (guildOf()?.roles ?? []).map(entity("role"));
  if (option.choices?.length) return option.choices;
  switch (option.type) {
    case BOOLEAN: return [{ name: "True", value: true }, { name: "False", value: false }];
    case USER: return users();
    case ROLE: return roles();
    case MENTIONABLE: return [...users(), ...roles()];
    case CHANNEL: return (guildOf()?.channels ?? []).map(entity("channel"));
    default: return null;
  }
}

// {value} for what stands in a chip, {wrong} for what cannot be sent, {} for nothing.
export function read(option, { text, picked, file }) {
  if (option.type === ATTACHMENT) return file ? { value: file } : empty(option);
  if (text === "") return empty(option);
  const fixed = offers(option);
  if (fixed) {
    const same = fixed.find((one) => one.name.toLowerCase() === text.trim().toLowerCase());
    const chosen = picked?.name === text ? picked : same;
    return chosen ? { value: chosen.value } : { wrong: "Choose one of the list." };
  }
  if (picked?.name === text) return bounded(option, picked.value);
  return bounded(option, text);
}

function empty(option) {
  return option.required ? { wrong: "This option is required. Specify a value." } : {};
}

function bounded(option, text) {
  if (option.type === STRING) return lengthy(option, String(text));
  const value = Number(text);
  const whole = option.type === INTEGER;
  if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value)) || `${text}`.trim() === "") {
    return { wrong: `Enter a valid ${whole ? "whole number" : "number"}.` };
  }
  const { min_value: low = -Infinity, max_value: high = Infinity } = option;
  if (value < low || value > high) return { wrong: `Enter a value between ${low} and ${high}.` };
  return { value };
}

function lengthy(option, value) {
  const length = [...value].length;
  const { min_length: low = 0, max_length: high = 6000 } = option;
  if (length < low) return { wrong: `Enter at least ${low} characters.` };
  if (length > high) return { wrong: `Enter at most ${high} characters; these are ${length}.` };
  return { value };
}

// "/sdxl prompt: a fox width: 512" -> {entry, texts}; null when it begins like no command.
export function parse(text, entries) {
  if (!text.startsWith("/")) return null;
  const entry = [...entries].sort((a, b) => b.name.length - a.name.length)
    .find((one) => text === `/${one.name}` || text.startsWith(`/${one.name} `));
  if (!entry) return null;
  const rest = text.slice(entry.name.length + 1);
  const texts = new Map();
  const marks = [...rest.matchAll(/(?:^|\s)([-_\p{L}\p{N}]{1,32}):/gu)]
    .filter((mark) => entry.options.some((option) => option.name === mark[1]));
  marks.forEach((mark, index) => {
    const end = marks[index + 1]?.index ?? rest.length;
    if (!texts.has(mark[1])) texts.set(mark[1], rest.slice(mark.index + mark[0].length, end).trim());
  });
  return { entry, texts };
}
