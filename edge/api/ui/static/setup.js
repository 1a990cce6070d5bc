// Pages that set the gateway up: line numbers beside a text, marks of mistakes, what was typed is kept.
(() => {
  "use strict";

  // ── The editor ──
  const fill = (area, lines) => {
    const count = area.value.split("\n").length;
    if (lines.childElementCount === count) return;
    const marked = new Set(area.dataset.marks.split(" ").filter(Boolean).map(Number));
    lines.replaceChildren(...Array.from({ length: count }, (_, at) => {
      const line = document.createElement("span");
      line.textContent = at + 1;
      if (marked.has(at + 1)) line.className = "wrong";
      return line;
    }));
    area.closest(".editor-box").dataset.digits = Math.min(5, Math.max(2, String(count).length));
  };
  const height = (area) => Number.parseFloat(getComputedStyle(area).lineHeight);
  const show = (area, line, column = 1) => {
    const texts = area.value.split("\n");
    const at = Math.min(Math.max(line, 1), texts.length) - 1;
    const start = texts.slice(0, at).reduce((sum, text) => sum + text.length + 1, 0);
    area.focus({ preventScroll: true });
    area.setSelectionRange(start + Math.min(column, texts[at].length + 1) - 1, start + texts[at].length);
    area.scrollTop = Math.max(0, at * height(area) - area.clientHeight / 3);
    area.scrollLeft = 0;
    area.closest(".field").scrollIntoView({ block: "nearest" });
  };
  const edit = (area) => {
    const lines = area.previousElementSibling;
    fill(area, lines);
    area.addEventListener("input", () => fill(area, lines));
    area.addEventListener("scroll", () => { lines.scrollTop = area.scrollTop; });
    area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
      const before = area.value.slice(0, area.selectionStart);
      const indent = /^ */.exec(before.slice(before.lastIndexOf("\n") + 1))[0];
      if (!indent) return;
      event.preventDefault();
      if (!document.execCommand("insertText", false, `\n${indent}`)) area.setRangeText(`\n${indent}`, area.selectionStart, area.selectionEnd, "end");
    });
    const there = /^#L(\d+)$/.exec(location.hash);
    const first = area.dataset.marks.split(" ")[0];
    if (there) show(area, Number(there[1]));
    else if (first) area.scrollTop = Math.max(0, (Number(first) - 4) * height(area));
  };

  // ── What was typed survives a lost session, a closed page, a restart of the gateway ──
  const keep = (area) => {
    const key = `kept:${area.dataset.keep}`;
    const box = document.querySelector(`[data-kept-of="${area.id}"]`);
    const given = area.value;
    const kept = sessionStorage.getItem(key);
    if (kept !== null && kept !== given && box) box.hidden = false;
    area.addEventListener("input", () => sessionStorage.setItem(key, area.value));
    box?.addEventListener("click", (event) => {
      const what = event.target.closest("[data-kept]")?.dataset.kept;
      if (!what) return;
      if (what === "restore") {
        area.value = kept;
        area.dispatchEvent(new Event("input", { bubbles: true }));
        area.focus();
      } else {
        sessionStorage.removeItem(key);
      }
      box.hidden = true;
    });
  };

  // ── What the gateway tells while one watches: each kind of event has its place in the box ──
  const put = (place, html) => {
    if (!("append" in place.dataset)) {
      const open = [...place.querySelectorAll("details[open][id]")].map((each) => each.id);
      place.innerHTML = html;
      for (const id of open) { const each = document.getElementById(id); if (each) each.open = true; }
      return;
    }
    const made = document.createElement("template");
    made.innerHTML = html;
    const item = made.content.firstElementChild;
    const there = item?.id && document.getElementById(item.id);
    if (there) there.replaceWith(item);
    else if (item) place.append(item);
  };
  const stream = (box) => {
    const source = new EventSource(box.dataset.stream);
    const lost = box.querySelector("[data-lost]");
    const stop = box.querySelector("[data-stop]");
    const over = () => { source.close(); stop?.remove(); if (lost) lost.hidden = true; };
    for (const place of box.querySelectorAll("[data-event]")) {
      source.addEventListener(place.dataset.event, (event) => {
        put(place, event.data);
        if (!("last" in place.dataset)) return;
        over();
        box.querySelector('[data-event="progress"]')?.replaceChildren();
      });
    }
    source.onopen = () => { if (lost) lost.hidden = true; };
    source.onerror = () => {
      if (lost) lost.hidden = false;
      if (source.readyState === EventSource.CLOSED) stop?.remove();
    };
    stop?.addEventListener("click", () => {
      const last = box.querySelector("[data-last]");
      if (last) last.textContent = stop.dataset.stop;
      box.querySelector('[data-event="progress"]')?.replaceChildren();
      over();
    });
    window.addEventListener("pagehide", () => source.close());
  };

  let leaving = false;
  const begin = (root) => {
    for (const area of root.querySelectorAll("textarea[data-editor]")) {
      if (area.dataset.begun) continue;
      area.dataset.begun = "yes";
      edit(area);
      if (area.dataset.keep) keep(area);
    }
    for (const box of root.querySelectorAll("[data-stream]:not([hidden])")) {
      if (box.dataset.begun) continue;
      box.dataset.begun = "yes";
      stream(box);
    }
    if (root.querySelector("[data-applied]")) {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith("kept:")) sessionStorage.removeItem(key);
    }
    for (const form of root.querySelectorAll("form[data-typed]")) {
      if (form.dataset.begun) continue;
      form.dataset.begun = "yes";
      form.addEventListener("input", () => { form.dataset.changed = "yes"; });
      form.addEventListener("submit", () => { leaving = true; });
    }
  };
  document.addEventListener("click", (event) => {
    const line = event.target.closest("[data-line]");
    const area = line && document.querySelector(line.hash);
    if (!area) return;
    event.preventDefault();
    show(area, Number(line.dataset.line), Number(line.dataset.column) || 1);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && document.querySelector("form[data-typed][data-changed]")) event.preventDefault();
  });
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => begin(document));
  else begin(document);
})();
