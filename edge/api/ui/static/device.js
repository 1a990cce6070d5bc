// A device: values that stay young, the course of a point, frames that can be read in peace.
(() => {
  "use strict";

  // ── Points: what the stream tells is written into the row that it is about. ──
  const shown = (value, row, words) => {
    if (value === null) return "–";
    if (typeof value === "boolean") return value ? words.yes : words.no;
    const labels = JSON.parse(row.dataset.labels || "{}");
    if (Number.isInteger(value) && String(value) in labels) return labels[value];
    const unit = row.dataset.unit;
    const number = typeof value === "number" ? String(Number(value.toPrecision(10))) : value;
    return unit === "" || unit === "%" ? `${number}${unit}` : `${number} ${unit}`;
  };
  const copy = (id) => document.getElementById(id).content.cloneNode(true);
  const young = (row, [value, quality, at], words) => {
    const place = row.querySelector("[data-value]"), text = shown(value, row, words);
    if (place.textContent !== text) {
      place.textContent = text;
      place.classList.remove("fresh");
      void place.offsetWidth;  // so that the mark of a change is drawn anew
      place.classList.add("fresh");
    }
    row.classList.toggle("on", row.matches("li") && value === true && !row.dataset.point.endsWith("/online"));
    const mark = row.querySelector("[data-quality]");
    if (mark.dataset.quality !== quality) {
      mark.dataset.quality = quality;
      mark.replaceChildren(copy(`${row.matches("li") ? "small" : "quality"}-${quality}`));
    }
    let time = row.querySelector("[data-age] time");
    if (!time) {
      row.querySelector("[data-age]").replaceChildren(copy("just-read"));
      time = row.querySelector("[data-age] time");
    }
    const instant = new Date(at);
    time.dateTime = instant.toISOString();
    time.removeAttribute("title");  // the server's words were about the reading before
  };
  const points = document.getElementById("points");
  points?.addEventListener("told", ({ detail }) => {
    for (const row of points.querySelectorAll("[data-point]")) {
      const told = detail.value[row.dataset.point];
      if (told) young(row, told, points.dataset);
    }
  });

  // ── The course of a point. ──
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = (value) => (value === true ? 1 : value === false ? 0 : typeof value === "number" ? value : null);
  const scale = (kind, labels) => {
    if (kind === "bool") return { range: [-0.1, 1.1], splits: [0, 1] };
    const codes = Object.keys(labels).map(Number);
    if (codes.length) return { range: [Math.min(...codes) - 0.5, Math.max(...codes) + 0.5], splits: codes };
    return {};
  };
  const draw = async (place) => {
    place.dataset.drawn = "";
    let course;
    try {
      const answer = await fetch(place.dataset.trend, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      course = await answer.json();
    } catch {
      place.textContent = place.dataset.failed;
      return;
    }
    const labels = JSON.parse(place.dataset.labels || "{}"), kind = place.dataset.type;
    const until = Number(place.dataset.until), since = Number(place.dataset.since);
    const samples = course.samples.filter((each) => each.value !== undefined);
    const at = samples.map((each) => Date.parse(each.at) / 1000);
    const good = (each, value) => (each.quality === "bad" ? null : number(value));
    const last = samples.map((each) => good(each, each.value));
    const low = samples.map((each) => good(each, each.low ?? each.value));
    const high = samples.map((each) => good(each, each.high ?? each.value));
    if (at.length && at.at(-1) < until) {  // a point goes on reading what it read last
      at.push(until);
      for (const line of [last, low, high]) line.push(line.at(-1));
    }
    const { range, splits } = scale(kind, labels);
    const told = (value) => (value === null || value === undefined ? "–"
      : kind === "bool" ? (value ? place.dataset.yes : place.dataset.no)
        : labels[value] ?? `${Number(value.toPrecision(6))} ${place.dataset.unit}`.trim());
    const stepped = uPlot.paths.stepped({ align: 1 });
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") }, font: "12px system-ui" };
    const zh = document.documentElement.lang.startsWith("zh"), zone = place.dataset.zone;
    const clock = (seconds, parts) => new Date(seconds * 1000).toLocaleString(zh ? "zh-CN" : "en-GB", { timeZone: zone, hour12: false, ...parts });
    place.chart = new uPlot({
      width: place.clientWidth,
      height: 200,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
      scales: { x: { min: since, max: until }, y: range ? { range: () => range } : {} },
      axes: [
        { ...axis, values: (_, ticks, __, ___, step) => ticks.map((tick) => clock(tick, step >= 43200 ? { month: "numeric", day: "numeric" } : { hour: "2-digit", minute: "2-digit" })) },
        { ...axis, size: kind === "bool" || splits ? 90 : 64, ...(splits ? { splits: () => splits } : {}), values: (_, ticks) => ticks.map((tick) => (splits ? told(kind === "bool" ? Boolean(tick) : tick) : String(Number(tick.toPrecision(6))))) },
      ],
      series: [
        { label: zh ? "时间" : "Time", value: (_, value) => (value ? clock(value, {}) : "–") },
        { label: zh ? "最大" : "Greatest", stroke: "transparent", paths: stepped, points: { show: false }, value: (_, value) => told(value) },
        { label: zh ? "最小" : "Least", stroke: "transparent", paths: stepped, points: { show: false }, value: (_, value) => told(value) },
        { label: zh ? "值" : "Value", stroke: colour("--info"), width: 2, paths: stepped, points: { show: at.length < 40, size: 5 }, value: (_, value) => told(value) },
      ],
      bands: [{ series: [1, 2], fill: colour("--info-ground") }],
      cursor: { y: false },
    }, [at, high, low, last], place);
  };
  const drawAll = () => document.querySelectorAll("[data-trend]:not([data-drawn])").forEach(draw);
  document.addEventListener("htmx:afterSettle", drawAll);
  addEventListener("resize", () => {
    for (const place of document.querySelectorAll("[data-drawn]")) place.chart?.setSize({ width: place.clientWidth, height: 200 });
  });
  drawAll();

  // ── Frames: a list that waits while it is read, bytes and fields that light each other. ──
  const pause = document.querySelector("[data-pause]");
  if (pause) {
    const word = pause.querySelector("span"), going = word.textContent, use = pause.querySelector("use");
    pause.addEventListener("click", () => {
      const paused = pause.getAttribute("aria-pressed") !== "true";
      pause.setAttribute("aria-pressed", String(paused));
      word.textContent = paused ? pause.dataset.paused : going;
      use.setAttribute("href", use.getAttribute("href").replace(/#.*/, paused ? "#play" : "#pause"));
    });
    document.addEventListener("htmx:beforeRequest", (event) => {
      const polled = event.detail.elt.matches("[data-pausable]");
      const reading = document.activeElement?.closest("[data-pausable]");
      if (polled && (reading || pause.getAttribute("aria-pressed") === "true")) event.preventDefault();
    });
  }
  const light = (from) => {
    const whole = from?.closest("[data-taken-apart]") ?? document.querySelector("[data-taken-apart]");
    if (!whole) return;
    const parts = new Set(from?.dataset.part !== undefined ? [from.dataset.part] : (from?.dataset.parts ?? "").split(" ").filter(Boolean));
    for (const each of whole.querySelectorAll("[data-part]")) each.classList.toggle("lit", parts.has(each.dataset.part));
    for (const each of whole.querySelectorAll("[data-parts]")) each.classList.toggle("lit", each.dataset.parts.split(" ").some((part) => parts.has(part)));
  };
  for (const name of ["mouseover", "focusin", "click"]) {
    document.addEventListener(name, (event) => {
      const from = event.target.closest("[data-part], [data-parts]");
      if (from) light(from);
    });
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "frames" && event.detail.target?.id !== "opened") return;
    const chosen = document.querySelector("[data-opened]")?.dataset.opened;
    for (const each of document.querySelectorAll(".frames a")) {
      if (each.id === `frame-${chosen}`) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
  });
})();
