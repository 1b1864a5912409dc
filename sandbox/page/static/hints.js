// Commands after "/" and names after "@" while one types; the field keeps the focus.
import { position } from "./lists.js";

let open = null;
const panel = () => document.getElementById("list");

export function openHints(area) {
  const before = area.value.slice(0, area.selectionStart);
  const command = /^\/\S*$/.exec(before);
  const name = /(?:^|\s)(@[\w.-]*)$/.exec(before);
  const start = command ? 0 : name ? before.length - name[1].length : -1;
  if (start < 0) return closeList();
  const word = before.slice(start).toLowerCase();
  const all = JSON.parse(area.form.dataset[command ? "commands" : "names"]);
  const rows = all.filter((row) => row.label.startsWith(word) || (name && row.hint.toLowerCase().startsWith(word.slice(1)))).slice(0, 9);
  if (!rows.length || (rows.length === 1 && rows[0].label === word)) return closeList();
  open = { area, rows, start, active: 0 };
  draw(command ? "Commands" : "People");
}

export function closeList() {
  if (open && panel().matches(":popover-open")) panel().hidePopover();
  open?.area.removeAttribute("aria-activedescendant");
  open = null;
}

function draw(label) {
  const list = panel();
  document.body.append(list);
  list.onkeydown = list.ontoggle = null;
  const items = document.createElement("div");
  items.className = "hints";
  items.setAttribute("role", "listbox");
  items.setAttribute("aria-label", label);
  open.rows.forEach((row, at) => items.append(item(row, at)));
  list.replaceChildren(items);
  if (!list.matches(":popover-open")) list.showPopover();
  position(list, open.area);
  list.style.top = `${open.area.closest(".composer-box").getBoundingClientRect().top - list.offsetHeight - 6}px`;
  mark();
}

function item(row, at) {
  const element = document.createElement("div");
  element.className = "list-item";
  element.id = `hint-${at}`;
  element.setAttribute("role", "option");
  const name = document.createElement("b");
  name.textContent = row.label;
  element.append(name, words("list-usage", row.usage ?? ""), words("hint", row.hint));
  element.addEventListener("mousedown", (event) => {
    event.preventDefault();
    take(at);
  });
  return element;
}

const words = (name, text) => Object.assign(document.createElement("span"), { className: name, textContent: text });

function mark() {
  panel().querySelectorAll(".list-item").forEach((element, at) => {
    element.classList.toggle("is-active", at === open.active);
    element.setAttribute("aria-selected", at === open.active);
  });
  open.area.setAttribute("aria-activedescendant", `hint-${open.active}`);
}

function take(at) {
  const { area, rows, start } = open;
  closeList();
  area.setRangeText(`${rows[at].label} `, start, area.selectionStart, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// True when the list was open and took the key.
export function listIsOpen(area, event) {
  if (!open || open.area !== area || !panel().matches(":popover-open")) return false;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    open.active = (open.active + step + open.rows.length) % open.rows.length;
    mark();
  } else if (event.key === "Tab" || (event.key === "Enter" && open.rows[open.active].label !== area.value.trim())) take(open.active);
  else if (event.key === "Escape") closeList();
  else return false;
  event.preventDefault();
  return true;
}
