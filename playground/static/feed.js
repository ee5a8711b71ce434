// Listens to the server's events and keeps the store up to date.

import { messages, older, openChannel, store, tell } from "./store.js";

const AGAIN = 1000; // milliseconds until a lost connection is tried again
const HEARD = { state: arrive, message: put, gone: take };
let socket = null;

export function follow(member) {
  socket?.close();
  const mine = socket = new WebSocket(
    `ws://${location.host}/feed?member=${encodeURIComponent(member ?? "")}`);
  mine.addEventListener("open", () => mine === socket && tell("online", true));
  mine.addEventListener("message", ({ data }) => mine === socket && hear(...JSON.parse(data)));
  mine.addEventListener("close", () => {
    if (mine !== socket) return; // another member is played now
    tell("online", false);
    setTimeout(() => mine === socket && follow(member), AGAIN);
  });
}

function hear(name, body) {
  if (HEARD[name]) HEARD[name](body);
  else tell(name, body);
}

function arrive(state) {
  store.state = state;
  store.member = state.me;
  tell("state", state);
  const known = store.channel && state.messages[store.channel];
  openChannel(known ? store.channel : state.guilds[0]?.channels[0]?.id ?? state.direct.id);
}

function put(message) {
  const list = messages(message.channel_id);
  const index = list.findIndex((one) => one.id === message.id);
  if (index >= 0) list[index] = message;
  else if (list.length && older(message, list[0])) return; // from before what was loaded
  else insert(list, message);
  tell("message", message);
}

function insert(list, message) {
  list.splice(list.findLastIndex((one) => older(one, message)) + 1, 0, message);
  if (message.channel_id === store.channel) return;
  store.unread.add(message.channel_id);
  tell("unread");
}

function take({ id, channel_id }) {
  const list = messages(channel_id);
  const index = list.findIndex((one) => one.id === id);
  if (index >= 0) list.splice(index, 1);
  tell("gone", { id, channel_id });
}
