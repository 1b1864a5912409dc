// The keyboard: messages by arrow keys, channels by Alt and arrows, Ctrl+K to jump.
import { openList } from "./lists.js";

export function startKeys() {
  document.addEventListener("keydown", keys);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-jump]");
    if (button) jump(button);
  });
  document.addEventListener("arrived", reachable);
  document.addEventListener("htmx:afterSwap", reachable);
  document.addEventListener("focusin", (event) => {
    const line = event.target.closest?.("[data-line]");
    if (line) current(line);
  });
  reachable();
}

// In each list of messages one is reached by Tab: the newest, until arrows choose another.
function reachable() {
  document.querySelectorAll(".messages").forEach((list) => {
    const lines = list.querySelectorAll("[data-line]");
    if (lines.length && !list.querySelector("[data-line][tabindex='0']")) current(lines[lines.length - 1]);
  });
}

function current(line) {
  line.closest(".messages").querySelectorAll("[data-line][tabindex='0']").forEach((other) => other !== line && unreach(other));
  line.tabIndex = 0;
  line.querySelectorAll(".tools > *").forEach((tool) => (tool.tabIndex = 0));
}

function unreach(line) {
  line.tabIndex = -1;
  line.querySelectorAll(".tools > *").forEach((tool) => (tool.tabIndex = -1));
}

function keys(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    jump(document.querySelector("[data-jump]"));
  } else if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
    event.preventDefault();
    walk(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.target.matches?.("[data-line]")) {
    onLine(event);
  } else if (event.key === "Escape") {
    escaped(event);
  }
}

function walk(step) {
  const rows = [...document.querySelectorAll("#sidebar .row")];
  const at = rows.findIndex((row) => row.classList.contains("is-current"));
  rows[(at + step + rows.length) % rows.length]?.click();
}

function onLine(event) {
  const line = event.target;
  const lines = [...line.closest(".messages").querySelectorAll("[data-line]")];
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const tool = { t: "a[aria-label='Reply in thread']", Enter: "a[aria-label='Reply in thread']", r: "[data-menu*='/menu/react']", m: "[data-menu*='/menu/message']" }[event.key];
  if (step) lines[lines.indexOf(line) + step]?.focus();
  else if (tool && !event.ctrlKey && !event.metaKey) line.querySelector(`.tools ${tool}`)?.click();
  else if (event.key === "Escape") line.closest(".main, .thread").querySelector("[data-message-field]")?.focus();
  else return;
  event.preventDefault();
}

function escaped(event) {
  if (document.querySelector("dialog[open], :popover-open:not(.toasts)") || event.defaultPrevented) return;
  const tools = event.target.closest?.(".tools");
  if (tools) tools.closest("[data-line]").focus();
  else if (event.target.closest?.(".thread")) document.querySelector("[data-thread-close]").click();
}

function jump(button) {
  const rows = [...document.querySelectorAll("#sidebar .row")].map((row) => ({
    label: row.querySelector(".row-name").firstChild.textContent.trim(), hint: row.querySelector(".row-companies")?.textContent ?? "", group: "Go to", json: row.href, row }));
  const people = JSON.parse(document.getElementById("stage").dataset.people).map((one) => ({ label: one.name, hint: one.about, group: "Become", json: one.address }));
  openList(button, { options: [...rows, ...people], label: "Jump to", choose: ({ json }) => go(json) });
}

// The link stays until the page that it brings takes its place: htmx asks it where that belongs.
function go(address) {
  const link = document.createElement("a");
  link.href = address;
  link.hidden = true;
  document.getElementById("stage").append(link);
  window.htmx.process(link);
  link.click();
}
