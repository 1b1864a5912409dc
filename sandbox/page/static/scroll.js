// Keep the reader's place: at the bottom while there, at the first new message on arrival.
const SCROLLERS = ["messages-scroll", "thread-scroll"];
const atBottom = new Map();

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
    if (box && atBottom.get(id)) box.scrollTop = box.scrollHeight;
  }
}

export function arrive() {
  for (const id of SCROLLERS) {
    const box = document.getElementById(id);
    if (!box) continue;
    const goal = box.querySelector(".line.is-target") ?? box.querySelector(".new");
    if (goal && box.scrollHeight - goal.offsetTop > box.clientHeight) goal.scrollIntoView({ block: "center" });
    else box.scrollTop = box.scrollHeight;
    note(box);
  }
}
