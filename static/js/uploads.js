/* Papers: chosen, dropped or photographed, sent piece by piece (tus 1.0), gone on with after a break.
   Without JavaScript the same inputs send the same files with the form. */
"use strict";

(() => {
  const PIECE = 512 * 1024;
  const LARGEST = 20 * 1024 * 1024;
  const PAUSES = [1, 2, 4, 8, 15, 30];
  const PATIENCE = 60000;
  const AGAIN = 3000;
  const TUS = { "Tus-Resumable": "1.0.0" };

  /* Everything chosen on this page and not yet taken over by it, in order. */
  let jobs = [];
  let sending = null;
  let afterwards = null;

  const words = () => document.querySelector("[data-upload-words]").dataset;
  const say = (text) => { document.querySelector("[data-upload-status]").textContent = text; };
  const told = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const blockOf = (path) => document.querySelector(`[data-upload="${path}"]`);
  const size = (bytes) => bytes < 1024 * 1024
    ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

  /* One request, with its progress; refused or broken requests are answers too. */
  function ask(method, address, headers, body, onProgress) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const answer = () => resolve({ status: request.status, header: (name) => request.getResponseHeader(name), text: request.responseText });
      request.open(method, address);
      request.timeout = PATIENCE;
      const token = document.querySelector("[name=csrfmiddlewaretoken]");
      for (const [name, value] of Object.entries({ ...TUS, ...headers })) request.setRequestHeader(name, value);
      if (token) request.setRequestHeader("X-CSRFToken", token.value);
      if (onProgress) request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
      request.addEventListener("loadend", answer);
      request.send(body);
      if (sending) sending.request = request;
    });
  }

  /* What a browser remembers of an upload broken off by a closed page: nothing of the file's name. */
  const memory = {
    key: (job) => `upload ${location.pathname} ${job.path} ${job.file.size} ${job.file.lastModified}`,
    get: (job) => { try { return localStorage.getItem(memory.key(job)); } catch { return null; } },
    put: (job) => { try { localStorage.setItem(memory.key(job), job.address); } catch { /* private browsing: a reload starts anew */ } },
    drop: (job) => { try { localStorage.removeItem(memory.key(job)); } catch { /* as above */ } },
  };

  function refuse(job, text) {
    job.state = "refused";
    job.text = text;
    memory.drop(job);
    say(text);
  }

  /* A status that trying again will not change; true if the job is over. */
  function isOver(job, answer) {
    if (answer.status === 401 || answer.status === 403) {
      job.state = "stopped";
      job.text = words().loggedOut;
      say(job.text);
      return true;
    }
    if (![400, 413, 415, 422].includes(answer.status)) return false;
    let reasons = [];
    try { reasons = JSON.parse(answer.text).reasons || []; } catch { reasons = []; }
    refuse(job, `${job.file.name}：${reasons.join("；") || words().failed}`);
    return true;
  }

  function pause(job) {
    const seconds = PAUSES[Math.min(job.tries, PAUSES.length - 1)];
    job.tries += 1;
    job.text = told(words().broken, { done: size(job.offset) });
    if (job.tries === 1) say(job.text);
    draw(job.path);
    return new Promise((resolve) => {
      const go = () => { window.clearTimeout(timer); window.removeEventListener("online", go); resolve(); };
      const timer = window.setTimeout(go, seconds * 1000);
      window.addEventListener("online", go);
      job.goOn = go;
    });
  }

  async function announce(job) {
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(job.file.name)));
    const headers = { "Upload-Length": String(job.file.size), "Upload-Metadata": `filename ${name}` };
    const answer = await ask("POST", blockOf(job.path).dataset.begin, headers);
    if (answer.status !== 201) return answer;
    job.address = answer.header("Location");
    job.offset = 0;
    job.isSure = true;
    memory.put(job);
    return answer;
  }

  /* Where to go on: the server's word counts, not ours. */
  async function standing(job) {
    const answer = await ask("HEAD", job.address, {});
    if (answer.status === 200) {
      job.offset = Number(answer.header("Upload-Offset"));
      job.id = answer.header("Stored-File");
      job.isSure = true;
    } else if (answer.status === 404) {
      memory.drop(job);
      job.address = null;
    }
    return answer;
  }

  async function piece(job) {
    const end = Math.min(job.offset + PIECE, job.file.size);
    const headers = { "Upload-Offset": String(job.offset), "Content-Type": "application/offset+octet-stream" };
    const from = job.offset;
    const shown = (loaded) => { job.shown = from + loaded; draw(job.path); };
    const answer = await ask("PATCH", job.address, headers, job.file.slice(job.offset, end), shown);
    job.isSure = answer.status === 204;
    if (job.isSure) {
      job.offset = Number(answer.header("Upload-Offset"));
      job.id = answer.header("Stored-File");
      job.tries = 0;
    }
    return answer;
  }

  async function step(job) {
    if (!job.address) return announce(job);
    return job.isSure ? piece(job) : standing(job);
  }

  async function send(job) {
    job.state = "sending";
    job.address = job.address || memory.get(job);
    while (job.state === "sending" && !job.id) {
      job.text = "";
      draw(job.path);
      const answer = await step(job);
      if (job.state !== "sending" || isOver(job, answer)) break;
      job.shown = job.offset;
      if (answer.status === 0 || answer.status === 429 || answer.status >= 500) await pause(job);
      if (answer.status === 404 || answer.status === 409) job.isSure = false;
    }
    if (job.id) {
      job.state = "done";
      memory.drop(job);
      say(told(words().done, { name: job.file.name }));
    }
    draw(job.path);
  }

  async function work() {
    if (sending) return;
    while ((sending = jobs.find((job) => job.state === "waiting"))) await send(sending);
    sending = null;
    handOver();
  }

  /* All of a paper's files are there: the page takes them in, and is drawn anew. */
  function handOver() {
    const papers = document.getElementById("papers");
    const isBusy = (path) => jobs.some((job) => job.path === path && ["waiting", "sending", "stopped"].includes(job.state));
    const ready = jobs.filter((job) => job.state === "done" && !isBusy(job.path));
    if (ready.length && !afterwards) htmx.trigger(papers, "arrived");
    goOnAfterwards();
  }

  function isUnfinished() {
    return jobs.some((job) => ["waiting", "sending"].includes(job.state));
  }

  function goOnAfterwards() {
    if (!afterwards || isUnfinished()) return;
    const { form, submitter } = afterwards;
    afterwards = null;
    if (jobs.every((job) => job.state === "done")) form.requestSubmit(submitter.isConnected ? submitter : null);
  }

  function take(path, box, files) {
    for (const file of files) {
      const job = { path, box, file, state: "waiting", text: "", offset: 0, shown: 0, tries: 0, address: null, id: null };
      jobs.push(job);
      if (file.size > LARGEST) refuse(job, told(words().tooLarge, { name: file.name, size: size(file.size) }));
      else if (!file.size) refuse(job, told(words().empty, { name: file.name }));
    }
    draw(path);
    work();
  }

  function cancel(job) {
    job.state = "gone";
    jobs = jobs.filter((one) => one !== job);
    if (job === sending && job.request) job.request.abort();
    if (job.goOn) job.goOn();
    if (job.address && !job.id) ask("DELETE", job.address, {});
    memory.drop(job);
    draw(job.path);
    focusOn(job.path);
    if (!sending) handOver();
  }

  function focusOn(path) {
    const first = blockOf(path).querySelector(".upload-queue button, input[type=file]");
    if (first) first.focus();
  }

  function goOn(job) {
    if (job.goOn) job.goOn();
    if (job.state === "stopped") {
      job.state = "waiting";
      job.isSure = false;
      work();
    }
    draw(job.path);
  }

  /* The list below a paper's inputs. */
  function row(job) {
    const line = document.createElement("li");
    const name = document.createElement("b");
    const text = document.createElement("span");
    const buttons = document.createElement("div");
    name.textContent = job.file.name;
    text.textContent = textOf(job);
    line.append(name);
    if (job.state !== "refused") line.append(bar(job));
    else line.className = "is-refused";
    line.append(text, buttons);
    if (job.state === "stopped" || job.tries) buttons.append(button(words().again, job, () => goOn(job)));
    buttons.append(button(job.state === "refused" ? words().dismiss : words().cancel, job, () => cancel(job)));
    return line;
  }

  function textOf(job) {
    if (job.text) return job.text;
    if (job.state === "waiting") return words().waiting;
    if (job.shown >= job.file.size) return words().checking;
    return told(words().sending, { done: size(job.shown), size: size(job.file.size) });
  }

  function bar(job) {
    const progress = document.createElement("progress");
    progress.max = job.file.size;
    progress.value = job.shown;
    progress.setAttribute("aria-label", job.file.name);
    return progress;
  }

  function button(label, job, act) {
    const made = document.createElement("button");
    const hidden = document.createElement("span");
    made.type = "button";
    made.className = "link-button";
    made.textContent = label;
    hidden.className = "visually-hidden";
    hidden.textContent = job.file.name;
    made.append(hidden);
    made.addEventListener("click", act);
    return made;
  }

  function hidden(job) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = `${job.path}.${job.box}.arrived`;
    input.value = job.id;
    return input;
  }

  function draw(path) {
    const list = blockOf(path) && blockOf(path).querySelector("[data-upload-queue]");
    if (!list) return;
    const here = jobs.filter((job) => job.path === path);
    const held = list.contains(document.activeElement) && [...list.querySelectorAll("button")].indexOf(document.activeElement);
    list.replaceChildren(...here.map((job) => (job.state === "done" ? doneRow(job) : row(job))));
    if (held !== false) (list.querySelectorAll("button")[held] || document.body).focus();
  }

  function doneRow(job) {
    const line = row(job);
    line.append(hidden(job));
    return line;
  }

  /* What was chosen is ours: neither htmx nor the form is to send it a second time. */
  document.addEventListener("change", (event) => {
    const input = event.target.closest && event.target.closest("[data-upload] input[type=file]");
    if (!input || !input.files.length) return;
    event.stopPropagation();
    const files = [...input.files];
    const [, box] = input.name.match(/\.(\w+)$/);
    input.value = "";
    take(input.closest("[data-upload]").dataset.upload, box, files);
  }, true);

  document.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    const block = event.target.closest("[data-upload], .material");
    const over = block && (block.matches("[data-upload]") ? block : block.querySelector("[data-upload]"));
    for (const one of document.querySelectorAll(".upload.is-over")) if (one !== over) one.classList.remove("is-over");
    if (over) over.classList.add("is-over");
    event.dataTransfer.dropEffect = over ? "copy" : "none";
  });

  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    const over = document.querySelector(".upload.is-over");
    if (!over) return;
    over.classList.remove("is-over");
    const box = over.querySelector("input[name$='.more']") ? "more" : "file";
    take(over.dataset.upload, box, event.dataTransfer.files);
  });

  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget) return;
    for (const one of document.querySelectorAll(".upload.is-over")) one.classList.remove("is-over");
  });

  /* Pressed too early: the form goes off by itself when the last file is there. */
  document.addEventListener("submit", (event) => {
    if (!isUnfinished() || !event.target.querySelector("[data-upload]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    afterwards = { form: event.target, submitter: event.submitter || event.target };
    say(words().patience);
    document.querySelector("[data-upload-status]").classList.remove("visually-hidden");
  }, true);

  /* What a request of the page carried is the page's now; what it did not carry is drawn again. */
  document.addEventListener("htmx:configRequest", (event) => {
    for (const job of jobs) {
      const carried = event.detail.formData.getAll(`${job.path}.${job.box}.arrived`);
      job.isCarried = job.state === "done" && carried.includes(job.id);
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.target.id !== "papers") return;
    if (event.detail.successful || event.detail.xhr.status === 422) jobs = jobs.filter((job) => !job.isCarried);
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const path of new Set(jobs.map((job) => job.path))) draw(path);
    if (!sending) handOver();
  });

  /* The files are there but the page never heard: it asks again. */
  document.addEventListener("htmx:sendError", (event) => {
    if (event.detail.target.id === "papers") window.setTimeout(handOver, AGAIN);
  });

  window.addEventListener("beforeunload", (event) => { if (isUnfinished() && !afterwards) event.preventDefault(); });
  document.documentElement.classList.add("js-uploads");
})();
