/* What the page does a little better with JavaScript. Everything works without it. */
"use strict";

/* An error summary takes the focus, so that it is read first. */
function focusSummary(root) {
  const summary = root.querySelector("[data-focus]");
  if (summary) summary.focus();
}

/* Rows of a table are added and removed in place; without JavaScript the same buttons submit. */
function addRow(table) {
  const body = table.querySelector("tbody");
  const number = Number(table.dataset.nextRow || body.rows.length);
  const row = document.createElement("tbody");
  row.innerHTML = table.querySelector("template").innerHTML.replaceAll("__row__", String(number));
  table.dataset.nextRow = String(number + 1);
  const added = body.appendChild(row.rows[0]);
  const first = added.querySelector("input, select, textarea");
  if (first) first.focus();
}

function removeRow(table, button) {
  const next = button.closest("tr").nextElementSibling || button.closest("tr").previousElementSibling;
  button.closest("tr").remove();
  const target = (next && next.querySelector("input, select, textarea")) || table.querySelector("[name=add_row]");
  target.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[name=add_row], [name=remove_row]");
  const table = button && button.closest("[data-row-table]");
  if (table) {
    event.preventDefault();
    if (button.name === "add_row") addRow(table);
    else removeRow(table, button);
  }
  const print = event.target.closest("[data-print]");
  if (print) window.print();
});

/* One press sends a form once. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  const onlyKept = form.hasAttribute("hx-post") && !form.hasAttribute("action");
  if (form.method !== "post" || onlyKept) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  window.setTimeout(() => delete form.dataset.sent, 8000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

document.addEventListener("DOMContentLoaded", () => focusSummary(document));
document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target));

/* A refused fragment is still an answer: 409 and 422 pages are shown in place. */
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([400, 403, 404, 409, 410, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
