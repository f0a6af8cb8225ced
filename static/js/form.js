/* The one form and the questions: what is typed saves itself, and is easier to type. All works without it. */
"use strict";

(() => {
  const WAIT = 1500;
  const RETRY = 15000;

  /* What the form would send, files left to the button. */
  function typedIn(form) {
    const sent = new FormData(form);
    for (const box of form.querySelectorAll("input[type=file]")) sent.delete(box.name);
    return sent;
  }

  function asText(form) {
    const sent = typedIn(form);
    sent.delete("seen");
    sent.delete("csrfmiddlewaretoken");
    return new URLSearchParams(sent).toString();
  }

  /* Saving by itself */

  function saveItself(form) {
    const status = form.querySelector("[data-saved]");
    let kept = asText(form);
    let timer = 0;
    let busy = false;

    function say(words, address, link) {
      status.textContent = words;
      if (!address) return;
      const anchor = document.createElement("a");
      anchor.href = address;
      anchor.textContent = link;
      status.append(" ", anchor);
    }

    function later(wait) {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, wait);
    }

    /* The form of an earlier login: what was typed has been taken over by the page that came back. */
    function renew(text) {
      const page = new DOMParser().parseFromString(text, "text/html");
      const ours = page.querySelector("form[data-autosave]");
      for (const name of ["seen", "csrfmiddlewaretoken"]) {
        const fresh = ours && ours.querySelector(`[name=${name}]`);
        const old = form.querySelector(`[name=${name}]`);
        if (fresh && old) old.value = fresh.value;
      }
      return Boolean(ours);
    }

    async function save() {
      const now = asText(form);
      if (busy || form.dataset.sent || now === kept) return;
      busy = true;
      say(form.dataset.saving);
      try {
        const body = typedIn(form);
        body.set("autosave", "1");
        const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
        await told(answer, now);
      } catch {
        say(form.dataset.away);
        later(RETRY);
      } finally {
        busy = false;
      }
      if (asText(form) !== now) later(WAIT);
    }

    async function told(answer, now) {
      const json = (answer.headers.get("Content-Type") || "").includes("json");
      if (answer.ok && json) {
        const said = await answer.json();
        form.querySelector("[name=seen]").value = said.seen;
        kept = now;
        if (said.unsettled) say(form.dataset.clash, form.dataset.chooseUrl, form.dataset.choose);
        else say(said.words);
      } else if (answer.redirected && new URL(answer.url).pathname.startsWith("/login")) {
        kept = now;
        say(form.dataset.loggedOut, answer.url, form.dataset.logIn);
      } else if (answer.ok && answer.redirected && renew(await answer.text())) {
        later(WAIT);
      } else {
        say(form.dataset.away);
        later(RETRY);
      }
    }

    form.addEventListener("input", () => later(WAIT));
    form.addEventListener("change", () => later(WAIT));
    window.addEventListener("online", () => later(0));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save();
    });
    form.addEventListener("click", (event) => {
      if (event.target.closest("[name=remove_row]")) later(WAIT);
    });
  }

  /* Boxes that come and go: what is typed while the answer is on its way is put back into the new boxes. */

  function keepTyping() {
    let sent = null;
    const boxes = (form) => [...form.querySelectorAll("#groups [name]")].filter((box) => box.type !== "file");
    const state = (box) => (box.type === "radio" || box.type === "checkbox" ? box.checked : box.value);
    const same = (box) => (box.type === "radio" || box.type === "checkbox" ? `${box.name}=${box.value}` : box.name);
    const picture = (form) => new Map(boxes(form).map((box) => [same(box), state(box)]));

    document.addEventListener("htmx:beforeRequest", (event) => {
      const form = event.target.closest("form[data-autosave]");
      if (form) sent = picture(form);
    });
    document.addEventListener("htmx:beforeSwap", (event) => {
      const form = event.detail.target.closest("form[data-autosave]");
      if (!form || !sent) return;
      const before = sent;
      const typed = [...picture(form)].filter(([name, value]) => name !== "seen" && before.has(name) && before.get(name) !== value);
      sent = null;
      document.addEventListener("htmx:afterSwap", () => {
        for (const box of boxes(form)) {
          const found = typed.find(([name]) => name === same(box));
          if (!found) continue;
          if (box.type === "radio" || box.type === "checkbox") box.checked = found[1];
          else box.value = found[1];
        }
        if (typed.length) form.dispatchEvent(new Event("input"));
      }, { once: true });
    });
  }

  /* Regions: one level after the other instead of one long list. */

  function inLevels(list, words) {
    const all = [...list.options].filter((option) => option.value).map((option) => ({
      value: option.value,
      path: option.textContent.trim().split(" "),
    }));
    const deep = Math.max(...all.map((one) => one.path.length));
    if (deep < 2) return;
    const chosen = all.find((one) => one.value === list.value);
    const frame = document.createElement("div");
    frame.className = "levels";
    const levels = [...Array(deep).keys()].map((depth) => level(list, words, depth));
    frame.append(...levels.map((one) => one.frame));
    list.before(frame);
    list.id += "-all";
    list.hidden = true;

    function fill(depth, picked) {
      const parent = levels.slice(0, depth).map((one) => one.box.value);
      const names = all.filter((one) => one.path.length > depth && parent.every((name, at) => one.path[at] === name));
      const box = levels[depth].box;
      box.replaceChildren(new Option(words.any, ""));
      if (parent.every(Boolean)) for (const name of new Set(names.map((one) => one.path[depth]))) box.add(new Option(name, name));
      box.value = picked || "";
      levels[depth].frame.hidden = box.options.length < 2;
    }

    levels.forEach((one, depth) => {
      fill(depth, chosen && chosen.path[depth]);
      one.box.addEventListener("change", () => {
        for (let below = depth + 1; below < deep; below += 1) fill(below, "");
        const path = levels.map((each) => each.box.value).filter(Boolean).join(" ");
        const found = all.find((each) => each.path.join(" ") === path);
        list.value = found ? found.value : "";
        list.dispatchEvent(new Event("change", { bubbles: true }));
      });
    });
  }

  function level(list, words, depth) {
    const frame = document.createElement("div");
    const label = document.createElement("label");
    const box = document.createElement("select");
    box.className = "form-select";
    box.id = depth ? `${list.id}-${depth}` : list.id;
    label.htmlFor = box.id;
    label.textContent = words.levels[depth] || "";
    for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
      if (list.hasAttribute(name)) box.setAttribute(name, list.getAttribute(name));
    }
    frame.append(label, box);
    return { frame, box };
  }

  function drawLevels(root) {
    const form = root.closest("form[data-autosave]") || root.querySelector("form[data-autosave]");
    if (!form) return;
    const words = { levels: form.dataset.regionLevels.split(","), any: form.dataset.regionAny };
    for (const list of form.querySelectorAll("select[data-regions]:not([hidden])")) inLevels(list, words);
  }

  /* Cells copied from a spreadsheet fill the table from the cell they are pasted into. */

  function pasteCells(event) {
    const cell = event.target.closest("[data-row-table] tbody td");
    const text = event.clipboardData && event.clipboardData.getData("text/plain");
    if (!cell || !text || !/[\t\n]/.test(text.trim())) return;
    const table = cell.closest("[data-row-table]");
    event.preventDefault();
    const body = table.querySelector("tbody");
    const first = [...body.rows].indexOf(cell.parentElement);
    const column = cell.cellIndex;
    text.replace(/\r?\n$/, "").split(/\r?\n/).forEach((line, down) => {
      if (first + down >= body.rows.length) table.querySelector("[name=add_row]").click();
      const row = body.rows[first + down];
      if (row) line.split("\t").forEach((value, right) => put(row.cells[column + right], value.trim()));
    });
    cell.querySelector("input, select").focus();
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function put(cell, value) {
    if (!cell || cell.classList.contains("row-remove")) return;
    const boxes = [...cell.querySelectorAll("input, select")];
    if (boxes[0] && boxes[0].type === "radio") {
      const meant = boxes.find((box) => box.value === value || box.closest("label").textContent.trim() === value);
      if (meant) meant.checked = true;
    } else if (boxes[0]) boxes[0].value = value;
  }

  /* A line of the error summary leads to its box, with its question in sight. */

  function toField(event) {
    const link = event.target.closest(".error-summary a[href^='#']");
    const box = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!box) return;
    event.preventDefault();
    const frame = box.closest("td, fieldset, .field") || box;
    frame.scrollIntoView({ block: "start" });
    box.focus({ preventScroll: true });
  }

  document.addEventListener("click", toField);
  document.addEventListener("paste", pasteCells);
  document.addEventListener("htmx:afterSettle", (event) => drawLevels(event.target));
  document.addEventListener("DOMContentLoaded", () => {
    drawLevels(document.body);
    for (const form of document.querySelectorAll("form[data-autosave]")) saveItself(form);
    keepTyping();
  });
})();
