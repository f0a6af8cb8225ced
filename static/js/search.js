/* The arrows go from the search box into its results and back; Escape returns to the words. */
"use strict";

document.addEventListener("keydown", (event) => {
  const box = document.getElementById("big-search");
  const here = document.activeElement;
  const inResults = here && here.closest("#results");
  if (!box || event.altKey || event.ctrlKey || event.metaKey || event.isComposing || (here !== box && !inResults)) return;
  const stops = [box, ...document.querySelectorAll("#results .hits a")];
  const at = stops.indexOf(here);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Escape: 0 }[event.key];
  if (to === undefined || to === at || !stops[to] || (event.key === "Escape" && !inResults)) return;
  event.preventDefault();
  stops[to].focus();
});

/* Letters typed on the way to a character are not searched for; the chosen characters are. */
document.addEventListener(
  "input",
  (event) => {
    if (event.isComposing && event.target.id === "big-search") event.stopPropagation();
  },
  true
);
document.addEventListener("compositionend", (event) => {
  if (event.target.id === "big-search") event.target.dispatchEvent(new Event("input", { bubbles: true }));
});
