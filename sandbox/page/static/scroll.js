// Keep the reader's place: at the bottom while there, at the first new message on arrival, and
// where somebody is answered privately, as after a press that was refused.
const SCROLLERS = ["messages-scroll", "thread-scroll"];
const atBottom = new Map();
const whispers = new Set();

export function startScroll() {
  document.addEventListener("scroll", (event) => note(event.target), true);
  document.addEventListener("htmx:afterSwap", keep);
  document.addEventListener("load", keep, true); // pictures that arrive late
  new ResizeObserver(keep).observe(document.body);
  arrive();
}

function note(box) {
  if (SCROLLERS.includes(box.id)) atBottom.set(box.id, box.scrollHeight - box.scrollTop - box.clientHeight < 40);
}

export function keep() {
  for (const id of SCROLLERS) {
    const box = document.getElementById(id);
    if (box && (hearsWhisper(box) || atBottom.get(id))) box.scrollTop = box.scrollHeight;
  }
}

function hearsWhisper(box) {
  const fresh = [...box.querySelectorAll(".line-ephemeral")].filter((line) => !whispers.has(line.id));
  fresh.forEach((line) => whispers.add(line.id));
  return fresh.length > 0;
}

export function arrive() {
  for (const id of SCROLLERS) {
    const box = document.getElementById(id);
    if (!box) continue;
    hearsWhisper(box);
    const goal = box.querySelector(".line.is-target") ?? box.querySelector(".new");
    if (goal && box.scrollHeight - goal.offsetTop > box.clientHeight) goal.scrollIntoView({ block: "center" });
    else box.scrollTop = box.scrollHeight;
    note(box);
  }
}
