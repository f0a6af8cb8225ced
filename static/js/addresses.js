/* Addresses looked up while one types, into the list that the box offers already; without this, that list and typing remain. */
"use strict";

const PAUSE_MS = 150;

function lookUpAddresses(list) {
  let pause, asked;

  async function ask(typed) {
    if (asked) asked.abort();
    asked = new AbortController();
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(list.dataset.lookUp, {
      method: "POST",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams({ typed }),
      redirect: "error",
      signal: asked.signal,
    }).catch(() => null);
    if (answer && answer.ok) show(await answer.text());
  }

  function show(options) {
    for (const old of list.querySelectorAll("[data-looked-up]")) old.remove();
    list.insertAdjacentHTML("beforeend", options);
  }

  function typedIn(event) {
    const box = event.target;
    if (event.isComposing || box.getAttribute("list") !== list.id) return;
    clearTimeout(pause);
    /* What was picked from the list is complete: nothing to look up. */
    const picked = [...list.options].some((option) => option.value === box.value);
    if (box.value.trim() && !picked) pause = setTimeout(ask, PAUSE_MS, box.value);
  }

  document.addEventListener("input", typedIn);
  document.addEventListener("compositionend", typedIn);
}

document.addEventListener("DOMContentLoaded", () => {
  const list = document.querySelector("datalist[data-look-up]");
  if (list) lookUpAddresses(list);
});
