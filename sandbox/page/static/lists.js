// One list box for every menu to choose from: it filters, asks the app, picks one or many.
const box = () => document.getElementById("list");
let current = null;

// options: rows {label, hint, group, json}; choose(row) is told; search may be a function(query) → rows.
export function openList(anchor, { options, chosen = [], many = false, search = null, least = 0, filter = true, label = "Options", choose }) {
  closeList();
  const list = box();
  (anchor.closest("dialog") ?? document.body).append(list);
  current = { anchor, options, chosen: new Set(chosen), many, search, least, choose, active: 0, shown: [] };
  list.replaceChildren();
  const items = document.createElement("div");
  items.className = "list-items";
  items.id = "list-items";
  items.tabIndex = -1;
  items.setAttribute("role", "listbox");
  items.setAttribute("aria-label", label);
  const field = filter ? searchField() : null;
  if (field) list.append(field);
  list.append(items);
  list.showPopover();
  anchor.setAttribute("aria-expanded", "true");
  show(field?.value ?? "");
  position(list, anchor);
  (field ?? items).focus();
  items.addEventListener("mousedown", (event) => event.preventDefault());
  items.addEventListener("click", clicked);
  list.onkeydown = keys;
  list.ontoggle = (event) => event.newState === "closed" && forget();
}

export function closeList() {
  if (box().matches(":popover-open")) box().hidePopover();
}

export const listIsOpen = () => box().matches(":popover-open");

function forget() {
  if (!current) return;
  const { anchor } = current;
  anchor.setAttribute("aria-expanded", "false");
  current = null;
  if (!document.activeElement || document.activeElement === document.body || box().contains(document.activeElement)) anchor.focus();
}

function searchField() {
  const field = document.createElement("input");
  field.className = "list-search";
  field.type = "text";
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-controls", "list-items");
  field.setAttribute("aria-expanded", "true");
  field.setAttribute("aria-label", "Filter");
  field.placeholder = "Type to filter";
  field.addEventListener("input", () => show(field.value));
  return field;
}

async function show(query) {
  const mine = current;
  let rows = mine.options;
  if (mine.search) {
    if (query.length < mine.least) return draw([], `Type ${mine.least === 1 ? "a letter" : `${mine.least} letters`} to search.`);
    mine.asked = query;
    rows = await mine.search(query);
    if (current !== mine || mine.asked !== query) return;
  } else {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    rows = rows.filter((row) => words.every((word) => `${row.label} ${row.hint ?? ""}`.toLowerCase().includes(word)));
    rows = nearestFirst(rows, words[0]);
  }
  draw(rows, rows.length ? "" : "Nothing found.");
}

// What begins with the word comes first; groups stay together, the group of the best row on top.
function nearestFirst(rows, word) {
  if (!word) return rows;
  const far = (row) => (row.label.toLowerCase().startsWith(word) ? 0 : row.label.toLowerCase().includes(` ${word}`) ? 1 : 2);
  const best = new Map();
  rows.forEach((row) => best.set(row.group, Math.min(far(row), best.get(row.group) ?? 3)));
  return [...rows].sort((one, other) => best.get(one.group) - best.get(other.group) || (one.group ?? "").localeCompare(other.group ?? "") * -1 || far(one) - far(other));
}

function draw(rows, note) {
  current.shown = rows;
  current.active = 0;
  const items = box().querySelector(".list-items");
  items.replaceChildren();
  if (note) items.append(labelled("list-note", note));
  let group = "";
  rows.forEach((row, at) => {
    if (row.group && row.group !== group) items.append(labelled("list-group", (group = row.group)));
    items.append(option(row, at));
  });
  mark();
}

function labelled(name, words) {
  const element = document.createElement("div");
  element.className = name;
  element.textContent = words;
  return element;
}

function option(row, at) {
  const element = labelled("list-item", row.label);
  element.id = `list-${at}`;
  element.dataset.at = at;
  element.setAttribute("role", "option");
  element.setAttribute("aria-selected", current.chosen.has(row.json) ? "true" : "false");
  if (row.hint) element.append(labelled("hint", row.hint));
  return element;
}

function mark() {
  box().querySelectorAll(".list-item").forEach((item, at) => item.classList.toggle("is-active", at === current.active));
  const active = box().querySelector(".is-active");
  active?.scrollIntoView({ block: "nearest" });
  box().querySelector(".list-search")?.setAttribute("aria-activedescendant", active?.id ?? "");
}

function keys(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && current.shown.length) {
    current.active = (current.active + step + current.shown.length) % current.shown.length;
    mark();
  } else if (event.key === "Enter" || (event.key === "Tab" && current.shown.length && !current.many)) {
    pick(current.shown[current.active]);
  } else if (event.key === "Escape") {
    closeList();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function clicked(event) {
  const item = event.target.closest(".list-item");
  if (item) pick(current.shown[Number(item.dataset.at)]);
}

function pick(row) {
  if (!row) return;
  const { choose, many, chosen, anchor } = current;
  if (many) {
    if (!chosen.delete(row.json)) chosen.add(row.json);
    box().querySelectorAll(".list-item").forEach((item, at) => item.setAttribute("aria-selected", chosen.has(current.shown[at].json)));
    choose(row, chosen.has(row.json));
    return;
  }
  closeList();
  anchor.focus();
  choose(row, true);
}

export function position(panel, anchor) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = at.bottom + 4 + height < innerHeight;
  panel.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  panel.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
}
