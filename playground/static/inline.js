// Discord's markdown within a line: emphasis, code, spoilers, links, mentions, timestamps.

import { h } from "./element.js";
import { spoiler } from "./spoiler.js";
import { channelName, guildOf, message, openChannel, store, tell, user } from "./store.js";
import { codeSpan } from "./code.js";
import { timestamp } from "./timestamps.js";

const PAIRS = [
  ["***", (inner) => h("em", {}, h("strong", {}, inner))],
  ["**", (inner) => h("strong", {}, inner)],
  ["__", (inner) => h("u", {}, inner)],
  ["~~", (inner) => h("s", {}, inner)],
  ["||", (inner) => spoiler(inner)],
  ["*", (inner) => h("em", {}, inner)],
  ["_", (inner) => h("em", {}, inner)],
];
const SPECIAL = /[\\`*_~|<[@h]/g;
const WORD = /[\p{L}\p{N}]/u;
const URL_RULE = /https?:\/\/[^\s<]+[^<.,:;"'\]\s]/y;
const JUMP = /^https:\/\/(?:\w+\.)?discord(?:app)?\.com\/channels\/(?:\d+|@me)\/(\d+)(?:\/(\d+))?/;

// Patterns that stand for themselves, tried where the text begins like them.
const RULES = [
  [/<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y, (m) => timestamp(Number(m[1]), m[2])],
  [/<@!?(\d+)>/y, (m) => mention(`@${user(m[1]).name}`)],
  [/<@&(\d+)>/y, (m) => mention(`@${roleName(m[1])}`)],
  [/<#(\d+)>/y, (m) => mention(`# ${channelName(m[1])}`, () => openChannel(m[1]))],
  [/<\/([-\w' ]{1,98}):\d+>/y, (m) => mention(`/${m[1]}`, () => tell("compose", `/${m[1]}`))],
  [/<a?:(\w{2,32}):\d+>/y, (m) => h("span", { class: "emoji" }, `:${m[1]}:`)],
  [/<(https?:\/\/[^\s>]+)>/y, (m) => link(m[1], m[1])],
  [/\[((?:\\.|[^\][\\]){1,300})\]\(<?(https?:\/\/[^\s)>]+)>?(?: "[^"]*")?\)/y,
    (m, options) => link(m[2], inline(m[1], { ...options, links: false }))],
  [/@(?:everyone|here)\b/y, (m) => mention(m[0])],
  [URL_RULE, (m) => link(m[0], m[0])],
];

export function inline(text, options = {}) {
  const nodes = [];
  let plain = "";
  const push = (node) => {
    if (plain) nodes.push(plain);
    plain = "";
    nodes.push(node);
  };
  for (let at = 0; at < text.length;) {
    SPECIAL.lastIndex = at;
    const next = SPECIAL.exec(text)?.index ?? text.length;
    plain += text.slice(at, next);
    at = next;
    if (at >= text.length) break;
    const found = escape(text, at) ?? code(text, at) ?? rule(text, at, options) ?? pair(text, at, options);
    if (!found) plain += text[at++];
    else {
      if (typeof found.node === "string") plain += found.node;
      else push(found.node);
      at = found.end;
    }
  }
  if (plain) nodes.push(plain);
  return nodes;
}

function escape(text, at) {
  if (text[at] !== "\\" || at + 1 >= text.length) return null;
  const next = String.fromCodePoint(text.codePointAt(at + 1));
  return /[0-9A-Za-z\s]/.test(next) ? null : { node: next, end: at + 1 + next.length };
}

function code(text, at) {
  if (text[at] !== "`") return null;
  const { inner, end } = codeSpan(text, at);
  if (inner === undefined) return { node: text.slice(at, end), end };
  return { node: h("code", {}, inner.replace(/^ (?=`)|(?<=`) $/g, "")), end };
}

function rule(text, at, options) {
  for (const [pattern, make] of RULES) {
    if (pattern === URL_RULE && options.links === false) continue;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { node: make(match, options), end: pattern.lastIndex };
  }
  return null;
}

function pair(text, at, options) {
  for (const [mark, make] of PAIRS) {
    if (!text.startsWith(mark, at)) continue;
    if (mark === "_" && at > 0 && WORD.test(text[at - 1])) continue;
    const end = closing(text, at + mark.length, mark);
    if (end < 0) continue;
    return { node: make(inline(text.slice(at + mark.length, end), options)),
      end: end + mark.length };
  }
  return null;
}

// Where the mark closes, or -1; escapes and inline code are passed over.
function closing(text, from, mark) {
  const single = mark.length === 1;
  if (single && /\s/.test(text[from] ?? " ")) return -1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "`") at = codeSpan(text, at).end - 1;
    else if (text.startsWith(mark, at) && at > from) {
      const doubled = single && text[at + 1] === mark;
      if (doubled) at += 1;
      else if (!single || fits(text, at, mark)) return longest(text, at, mark);
    }
  }
  return -1;
}

function fits(text, at, mark) {
  if (/\s/.test(text[at - 1])) return false;
  return mark !== "_" || !WORD.test(text[at + 1] ?? " ");
}

// "**a*b***": the closing mark is the last that fits.
function longest(text, at, mark) {
  return mark === "**" && text[at + 2] === "*" && text[at + 3] !== "*" ? at + 1 : at;
}

function mention(label, open) {
  return open ? h("button", { type: "button", class: "mention", onclick: open }, label)
    : h("span", { class: "mention" }, label);
}

function roleName(id) {
  return guildOf()?.roles.find((role) => role.id === id)?.name ?? "unknown-role";
}

export function link(address, label) {
  const jump = JUMP.exec(address);
  return h("a", {
    href: address, target: "_blank", rel: "noopener noreferrer",
    onclick: jump && ((event) => {
      event.preventDefault();
      jumpTo(jump[1], jump[2]);
    }),
  }, label);
}

// A link into Discord leads to the same place here.
export function jumpTo(channel, messageId) {
  if (!store.state.messages[channel]) return;
  if (store.channel !== channel) openChannel(channel);
  if (messageId && message(messageId)) tell("jump", messageId);
}
