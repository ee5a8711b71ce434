// Servers, channels, and whom you play.

import { closeDrawer } from "./drawers.js";
import { avatar, button, h } from "./element.js";
import { follow } from "./feed.js";
import { icon } from "./icons.js";
import { popup } from "./popup.js";
import { guildOf, on, openChannel, store, user } from "./store.js";

const rail = document.querySelector("#guilds");
const side = document.querySelector("#channels");
const heading = document.querySelector("#place");

export function startPlaces() {
  on("channel", draw);
  on("unread", draw);
}

function draw() {
  const guild = guildOf();
  const inside = side.contains(document.activeElement) && document.activeElement.dataset.key;
  rail.replaceChildren(...[homeButton(guild), h("hr"), ...store.state.guilds.map(
    (one) => guildButton(one, one === guild))]);
  side.replaceChildren(h("h2", {}, guild ? guild.name : "Direct messages"),
    h("ul", {}, guild ? guild.channels.map(channelRow) : [directRow()]), memberBox());
  heading.replaceChildren(h("span", { class: "hash", "aria-hidden": "true" }, guild ? "#" : "@"),
    guild ? guild.channels.find((one) => one.id === store.channel).name
      : store.state.direct.name);
  document.title = `${heading.textContent} · Playground`;
  if (inside) side.querySelector(`[data-key="${inside}"]`)?.focus();
}

function homeButton(guild) {
  const { direct } = store.state;
  return place("DM", "Direct messages", !guild, store.unread.has(direct.id),
    () => openChannel(direct.id));
}

function guildButton(guild, active) {
  const initials = guild.name.split(" ").map((word) => word[0]).join("");
  const unread = guild.channels.some((channel) => store.unread.has(channel.id));
  return place(initials, guild.name, active, unread, () => openChannel(guild.channels[0].id));
}

function place(text, name, active, unread, open) {
  return button(text, open, { class: `guild${unread ? " unread" : ""}`, title: name,
    "aria-label": name + (unread ? " (new messages)" : ""),
    "aria-current": active ? "true" : null });
}

function channelRow(channel) {
  return entry(channel.id, h("span", { class: "hash", "aria-hidden": "true" }, "#"), channel.name);
}

function directRow() {
  const bot = user(store.state.bot);
  return entry(store.state.direct.id, avatar(bot, { class: "small" }), bot.name);
}

function entry(id, sign, name) {
  const unread = store.unread.has(id);
  return h("li", {}, h("button", {
    type: "button", class: `channel${unread ? " unread" : ""}`, dataset: { key: id },
    "aria-current": id === store.channel ? "page" : null,
    onclick: () => {
      openChannel(id);
      closeDrawer("channels");
    },
  }, sign, h("span", {}, name)));
}

// The member that you play, and the way to another.
function memberBox() {
  const me = user(store.member);
  const control = h("button", {
    type: "button", id: "member", "aria-haspopup": "listbox", "aria-expanded": "false",
    "aria-label": `You are ${me.name}. Play somebody else`, dataset: { key: "member" },
    onclick: () => popup(control, store.state.cast.map((id) => ({
      label: user(id).name, description: user(id).staff ? "staff" : "member",
      chosen: id === store.member, id })), {
      label: "Play as", pick: ({ id }) => {
        store.unread.clear();
        follow(id);
      } }),
  }, avatar(me), h("span", { class: "member-words" }, h("b", {}, me.name),
    h("small", {}, me.staff ? "staff" : "member")), icon("switch"));
  return h("div", { class: "member-box" }, control);
}
