// Menus that the server fills: people, message actions, reactions, shortcuts, the clock.
import { act, channelOf, fetchText, toast } from "./acts.js";
import { beginEdit, insert } from "./composer.js";
import { ask } from "./modals.js";
import { position } from "./lists.js";

const menu = () => document.getElementById("menu");
let opener = null;
let channel = "";

export function startMenus() {
  document.addEventListener("click", clicked);
  document.addEventListener("submit", submitted);
  menu().addEventListener("keydown", keys);
  menu().addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    opener?.setAttribute("aria-expanded", "false");
    if (menu().contains(document.activeElement) || document.activeElement === document.body) opener?.focus();
  });
}

export const closeMenu = () => menu().matches(":popover-open") && menu().hidePopover();

async function open(button) {
  const html = await fetchText(button.dataset.menu);
  if (!html) return toast("That is gone.");
  opener = button;
  channel = channelOf(button);
  menu().innerHTML = html;
  window.htmx.process(menu());
  menu().setAttribute("role", menu().querySelector("[role=menuitem]") ? "menu" : "dialog");
  menu().setAttribute("aria-label", button.getAttribute("aria-label") ?? "Menu");
  if (!menu().matches(":popover-open")) menu().showPopover();
  position(menu(), button);
  button.setAttribute("aria-expanded", "true");
  items()[0]?.focus();
}

const items = () => [...menu().querySelectorAll("a, button, input, select")];

function keys(event) {
  const all = items();
  const at = all.indexOf(document.activeElement);
  const across = menu().querySelector(".emoji-grid") ? 8 : 1;
  const step = { ArrowDown: across, ArrowUp: -across, ArrowRight: across > 1 ? 1 : 0, ArrowLeft: across > 1 ? -1 : 0 }[event.key];
  if (!step || document.activeElement.matches("input, select")) return;
  event.preventDefault();
  all[(at + step + all.length) % all.length].focus();
}

function clicked(event) {
  const target = event.target.closest("[data-menu], [data-react], [data-emoji], [data-copy], [data-edit], [data-delete], [data-shortcut], [data-move], [data-freeze], [data-switch]");
  if (!target) return;
  const { menu: address, react, emoji, copy, edit, delete: remove, shortcut, move, freeze, ts, text } = target.dataset;
  const where = menu().contains(target) ? channel : channelOf(target);
  if (address) return open(target);
  if (target.tagName !== "A") event.preventDefault();
  closeMenu();
  if (react) act("react", { channel: where, ts, name: react });
  if (emoji) insert(opener, `:${emoji}: `);
  if (copy) copyLink(copy);
  if (edit) beginEdit(where, edit, text, opener);
  if (remove) askToDelete(where, remove);
  if (shortcut) act("shortcut", ts ? { channel: where, ts, callback_id: shortcut } : { callback_id: shortcut });
  if (move || freeze) act("clock", { move: move || freeze });
}

function submitted(event) {
  const form = event.target;
  if (form.matches("[data-move-form]")) {
    event.preventDefault();
    act("clock", { move: Number(form.amount.value) * Number(form.unit.value) });
    closeMenu();
  } else if (form.matches("[data-react-form]")) {
    event.preventDefault();
    act("react", { channel, ts: form.dataset.ts, name: form.elements.name.value });
    closeMenu();
  } else if (form.matches("[data-status-form]")) {
    event.preventDefault();
    act("status", { words: form.words.value });
    closeMenu();
  }
}

async function copyLink(address) {
  try {
    await navigator.clipboard.writeText(address);
    toast("Link copied.");
  } catch {
    toast(address);
  }
}

async function askToDelete(where, ts) {
  const sure = await ask({ title: "Delete message", text: "Delete this message? This cannot be undone.", confirm: "Delete", deny: "Cancel", style: "danger" });
  if (sure) act("delete", { channel: where, ts });
}
