// A camera's picture: fetched while somebody looks, with the boxes of what is followed drawn over it.
(() => {
  "use strict";
  const zh = document.documentElement.lang.startsWith("zh");
  const WIDE = 1000;

  const rect = (over, kind, box) => {
    const made = document.createElementNS(over.namespaceURI, "rect");
    made.setAttribute("class", kind);
    place(made, box, high(over));
    return made;
  };
  const place = (made, [left, top, right, bottom], high) => {
    made.setAttribute("x", left * WIDE);
    made.setAttribute("y", top * high);
    made.setAttribute("width", Math.max(0, right - left) * WIDE);
    made.setAttribute("height", Math.max(0, bottom - top) * high);
  };
  const high = (svg) => svg.viewBox.baseVal.height;
  const clock = (at) => new Date(at).toLocaleTimeString(zh ? "zh-CN" : "en-GB", { hour12: false, timeZone: document.querySelector('meta[name="zone"]')?.content || undefined });

  const watch = (box) => {
    const canvas = box.querySelector("[data-picture]"), said = box.querySelector("[data-said]");
    const over = box.querySelector(".over"), boxes = over.querySelector("[data-boxes]"), seen = box.querySelector(".seen");
    const every = Number(box.dataset.every), hold = box.querySelector("[data-hold]");
    let timer = 0, asking = null, held = "held" in box.dataset, visible = true;
    const width = () => Math.min(1280, Math.max(320, Math.round(box.clientWidth * Math.min(2, devicePixelRatio || 1))));
    const wanted = () => visible && !held && !document.hidden;

    const why = (text) => {
      seen.classList.add("stale");
      said.textContent = text;
      said.classList.add("said-why");
      boxes.replaceChildren();
    };
    const show = async (answer) => {
      const picture = await createImageBitmap(await answer.blob());
      if (canvas.width !== picture.width || canvas.height !== picture.height) {
        canvas.width = picture.width;
        canvas.height = picture.height;
      }
      canvas.getContext("2d").drawImage(picture, 0, 0);
      picture.close();
      const found = JSON.parse(answer.headers.get("x-picture-boxes") || "[]");
      boxes.replaceChildren(...found.map((each) => rect(over, "followed", each.box)));
      const hidden = answer.headers.get("x-picture-blurred") === "whole" ? said.dataset.whole : said.dataset.faces;
      said.textContent = `${said.dataset.taken.replace("{at}", clock(answer.headers.get("x-picture-at")))} · ${hidden}`;
      said.classList.remove("said-why");
      seen.classList.remove("stale");
    };
    const ask = async () => {
      if (asking) return;
      asking = new AbortController();
      let pause = every;
      try {
        const answer = await fetch(`${box.dataset.camera}?width=${width()}`, { signal: asking.signal, headers: { "accept-language": zh ? "zh" : "en" } });
        if (answer.ok) await show(answer);
        else {
          why((await answer.json().catch(() => ({}))).detail ?? String(answer.status));
          pause = every * 2;  // a camera that is gone is not asked in a hurry
        }
      } catch (error) {
        if (error.name !== "AbortError") why(document.querySelector('meta[name="failed"]')?.content ?? "");
        pause = every * 2;
      }
      asking = null;
      clearTimeout(timer);
      if (wanted()) timer = setTimeout(ask, pause);
    };
    const turn = () => {
      clearTimeout(timer);
      if (wanted()) ask();
      else if (document.hidden) asking?.abort();
    };
    document.addEventListener("visibilitychange", turn);
    window.addEventListener("pagehide", () => { held = true; clearTimeout(timer); asking?.abort(); });
    window.addEventListener("pageshow", (event) => { if (event.persisted) { held = false; turn(); } });
    new IntersectionObserver(([entry]) => { visible = entry.isIntersecting; turn(); }).observe(seen);
    hold?.addEventListener("click", () => {
      held = !held;
      hold.setAttribute("aria-pressed", String(held));
      turn();
    });
    box.querySelector("[data-again]")?.addEventListener("click", ask);
    if (held) ask();
  };

  // A line in a list shows its zone and its box in the picture.
  const lit = (line, on) => {
    for (const each of document.querySelectorAll(".lit")) each.classList.remove("lit");
    const over = document.querySelector(".over"), box = over?.querySelector("[data-lit]");
    if (!over) return;
    box.toggleAttribute("hidden", !(on && line.dataset.box));
    if (!on) return;
    line.classList.add("lit");
    if (line.dataset.showsZone) over.querySelector(`[data-zone="${CSS.escape(line.dataset.showsZone)}"]`)?.classList.add("lit");
    if (line.dataset.box) place(box, line.dataset.box.split(" ").map(Number), high(over));
  };
  const line = (event) => event.target.closest?.("[data-shows-zone]");
  for (const kind of ["pointerover", "focusin", "click"]) {
    document.addEventListener(kind, (event) => { const found = line(event); if (found) lit(found, true); });
  }
  document.addEventListener("pointerout", (event) => {
    const found = line(event);
    if (found && event.pointerType === "mouse" && !found.contains(event.relatedTarget)) lit(found, false);
  });

  // What is so in a zone by now is drawn so, too.
  document.addEventListener("htmx:afterSettle", () => {
    for (const each of document.querySelectorAll(".zone-lines [data-shows-zone]")) {
      document.querySelector(`.over [data-zone="${CSS.escape(each.dataset.showsZone)}"]`)?.classList.toggle("on", "isOn" in each.dataset);
    }
  });

  const begin = () => document.querySelectorAll("[data-camera]").forEach(watch);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
