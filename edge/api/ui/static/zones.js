// Drawing zones: what is dragged in the picture are the number fields of the form, and the other way round.
(() => {
  "use strict";
  const WIDE = 1000, MOST = 40, FEWEST = { area: 3, mask: 3, line: 2 };
  const draw = document.querySelector("[data-draw]");
  if (!draw) return;
  const high = Number(draw.dataset.draw), over = draw.querySelector(".over"), layer = over.querySelector("[data-shapes]");
  const undoing = document.querySelector("[data-undo]"), less = document.querySelector("[data-less]"), tools = document.querySelector("[data-tools]");
  const past = [];
  let here = null, corner = null, drag = null;

  const shapes = () => [...document.querySelectorAll("details[data-shape]")];
  const items = (shape) => [...shape.querySelectorAll("[data-corner]")];
  const fields = (item) => item.querySelectorAll("input");
  const place = (item) => [...fields(item)].map((each) => Math.min(1, Math.max(0, Number(each.value) / 100 || 0)));
  const put = (item, x, y) => {
    const said = [x, y].map((each) => String(Math.round(Math.min(1, Math.max(0, each)) * 1000) / 10));
    fields(item).forEach((each, at) => { each.value = said[at]; });
  };
  const changed = () => { document.getElementById("zone-form").dataset.changed = "yes"; };

  // ── Undo: the corners of all shapes, as they were before each step ──
  const state = () => shapes().map((shape) => items(shape).map(place));
  const remember = () => {
    past.push(state());
    if (past.length > 100) past.shift();
    undoing.disabled = false;
    changed();
  };
  const restore = () => {
    const before = past.pop();
    undoing.disabled = !past.length;
    if (!before) return;
    shapes().forEach((shape, at) => {
      const wanted = before[at] ?? [];
      while (items(shape).length > wanted.length && items(shape).length > 1) items(shape).pop().remove();
      while (items(shape).length < wanted.length) insert(shape, items(shape).length);
      items(shape).forEach((item, number) => put(item, ...wanted[number]));
    });
    corner = null;
    paint();
  };

  const insert = (shape, at) => {
    const all = items(shape), made = all[0].cloneNode(true);
    if (at >= all.length) all[all.length - 1].after(made);
    else all[at].before(made);
    return made;
  };
  const remove = (shape, at) => {
    if (items(shape).length <= FEWEST[shape.dataset.kind]) return;
    remember();
    items(shape)[at].remove();
    corner = null;
    paint();
  };

  // ── What is drawn ──
  const made = (kind, name, attributes) => {
    const element = document.createElementNS(over.namespaceURI, kind);
    element.setAttribute("class", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const round = () => {  // a circle on the screen, whatever the picture's shape and size
    const box = over.getBoundingClientRect();
    return [WIDE / Math.max(1, box.width), high / Math.max(1, box.height)];
  };
  const dot = (name, x, y, size, more) => {
    const [across, down] = round();
    return made("ellipse", name, { cx: x * WIDE, cy: y * high, rx: size * across, ry: size * down, ...more });
  };
  const paint = () => {
    layer.replaceChildren();
    for (const shape of shapes()) {
      const kind = shape.dataset.kind, number = shape.dataset.shape, corners = items(shape).map(place);
      const group = made("g", `shape ${kind}${number === here ? " here" : ""}`, { "data-of": number });
      const points = corners.map(([x, y]) => `${x * WIDE},${y * high}`).join(" ");
      group.append(made(kind === "line" ? "polyline" : "polygon", "body", { points }));
      const name = shape.querySelector("summary strong")?.textContent ?? "";
      const top = corners.reduce((a, b) => (b[1] < a[1] ? b : a), corners[0] ?? [0, 0]);
      const label = made("text", "", { x: Math.min(top[0] * WIDE + 8, WIDE - 120), y: Math.max(top[1] * high + 24, 24) });
      label.textContent = name;
      group.append(label);
      if (number === here) {
        corners.forEach(([x, y], at) => {
          const next = corners[(at + 1) % corners.length];
          if (corners.length < MOST && (kind !== "line" || at + 1 < corners.length)) {
            group.append(dot("between", (x + next[0]) / 2, (y + next[1]) / 2, 6, { "data-between": at + 1 }));
            group.append(dot("reach", (x + next[0]) / 2, (y + next[1]) / 2, 14, { "data-between": at + 1 }));
          }
        });
        corners.forEach(([x, y], at) => {
          group.append(dot(`corner${at === corner ? " held" : ""}`, x, y, 8, { "data-at": at }));
          group.append(dot("reach", x, y, 20, { "data-at": at }));
        });
        layer.append(group);
      } else layer.prepend(group);
    }
    for (const shape of shapes()) shape.classList.toggle("here", shape.dataset.shape === here);
    const shape = current();
    less.disabled = corner === null || !shape || items(shape).length <= FEWEST[shape.dataset.kind];
  };
  const current = () => shapes().find((each) => each.dataset.shape === here);
  const choose = (number) => {
    if (here !== number) corner = null;
    here = number;
  };

  // ── By finger, pen or mouse ──
  const where = (event) => {
    const box = over.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  over.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const target = event.target, group = target.closest("[data-of]");
    if (!group) return;
    event.preventDefault();
    choose(group.dataset.of);
    const shape = current(), from = where(event);
    remember();
    let at = null;
    if (target.dataset.between) {
      at = Number(target.dataset.between);
      put(insert(shape, at), ...from);
    } else if (target.dataset.at) at = Number(target.dataset.at);
    corner = at;
    drag = { shape, at, from, start: items(shape).map(place), moved: Boolean(target.dataset.between) };
    over.setPointerCapture(event.pointerId);
    paint();
  });
  over.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const to = where(event), far = to.map((each, at) => each - drag.from[at]);
    drag.moved ||= Math.hypot(...far) > 0.004;
    if (!drag.moved) return;
    if (drag.at !== null) put(items(drag.shape)[drag.at], ...to);
    else {
      const [across, down] = [0, 1].map((axis) => {
        const all = drag.start.map((each) => each[axis]);
        return Math.min(1 - Math.max(...all), Math.max(-Math.min(...all), far[axis]));
      });
      items(drag.shape).forEach((item, at) => put(item, drag.start[at][0] + across, drag.start[at][1] + down));
    }
    paint();
  });
  const dropped = () => {
    if (drag && !drag.moved) {  // only chosen: nothing to undo
      past.pop();
      undoing.disabled = !past.length;
    }
    drag = null;
  };
  over.addEventListener("pointerup", dropped);
  over.addEventListener("pointercancel", dropped);

  undoing.addEventListener("click", restore);
  less.addEventListener("click", () => { if (current() && corner !== null) remove(current(), corner); });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.closest("input, textarea, select")) { event.preventDefault(); restore(); }
  });

  // ── By the fields of the form ──
  document.addEventListener("input", (event) => {
    if (event.target.closest("[data-corner]")) { choose(event.target.closest("[data-shape]").dataset.shape); paint(); }
  });
  document.addEventListener("focusin", (event) => {
    const shape = event.target.closest?.("details[data-shape]");
    if (!shape) return;
    choose(shape.dataset.shape);
    const item = event.target.closest("[data-corner]");
    corner = item ? items(shape).indexOf(item) : null;
    paint();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-uncorner]");
    if (!button) return;
    event.preventDefault();  // no need to ask the gateway
    event.stopImmediatePropagation();
    const shape = button.closest("[data-shape]");
    choose(shape.dataset.shape);
    remove(shape, items(shape).indexOf(button.closest("[data-corner]")));
  }, true);

  const begin = () => {
    tools.hidden = false;
    if (!current()) here = shapes().find((each) => each.open)?.dataset.shape ?? null;
    paint();
  };
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.elt.id !== "zones") return;
    past.length = 0;  // another list of shapes
    undoing.disabled = true;
    corner = null;
    here = shapes().at(-1)?.dataset.shape ?? null;
    changed();
    begin();
  });
  new ResizeObserver(() => { if (!drag) paint(); }).observe(over);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
