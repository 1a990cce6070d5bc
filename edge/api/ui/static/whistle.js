// What every page needs: dialogs, words of success and failure, ages that grow, the lost banner.
(() => {
  "use strict";
  const word = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
  const zh = document.documentElement.lang.startsWith("zh");

  // Dialogs: data-opens names one, data-closes closes the one it stands in.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens);
      dialog?.querySelector("[data-problem]")?.replaceChildren();
      dialog?.showModal();
    }
    event.target.closest("[data-closes]")?.closest("dialog")?.close();
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details[data-menu][open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  // Ages: <time data-ages datetime="…"> says how long ago; the gateway's clock counts, not this one's.
  const steps = [[86400, zh ? "天" : " d"], [3600, zh ? "小时" : " h"], [60, zh ? "分" : " min"], [1, zh ? "秒" : " s"]];
  const ahead = () => Number(document.documentElement.dataset.ahead ?? 0);
  const span = (seconds, parts) => {
    const said = [];
    for (const [size, unit] of steps) {
      const count = Math.floor(seconds / size);
      seconds -= count * size;
      if (count || (said.length && seconds)) said.push(`${count}${unit}`);
      if (said.length === parts) break;
    }
    return said.join(zh ? "" : " ") || `0${steps[3][1]}`;
  };
  const aged = (seconds) => {
    if (seconds < 1) return zh ? "刚刚" : "just now";
    return zh ? `${span(Math.floor(seconds), 1)}前` : `${span(Math.floor(seconds), 1)} ago`;
  };
  const left = (seconds) => {
    const words = span(Math.abs(seconds), 2);
    if (seconds >= 0) return zh ? `还剩${words}` : `${words} left`;
    return zh ? `已超${words}` : `over by ${words}`;
  };
  const now = () => Date.now() + ahead();
  const count = () => {
    for (const each of document.querySelectorAll("time[data-ages], time[data-left]")) {
      const seconds = (now() - Date.parse(each.dateTime)) / 1000;
      const text = "ages" in each.dataset ? aged(seconds) : left(Math.round(-seconds));
      if (each.textContent !== text) each.textContent = text;
      if ("left" in each.dataset) each.classList.toggle("over", seconds > 0);
    }
  };
  window.whistle = { aged, now };
  const began = document.querySelector('meta[name="now"]')?.content;
  if (began) document.documentElement.dataset.ahead = String(Date.parse(began) - Date.now());
  setInterval(count, 1000);

  // A word that something was done.
  const said = document.getElementById("said");
  let fading;
  const saying = (text) => {
    said.textContent = text;
    sessionStorage.setItem("said", text);  // a page that follows at once says it again
    clearTimeout(fading);
    fading = setTimeout(() => { said.textContent = ""; sessionStorage.removeItem("said"); }, 5000);
  };
  document.addEventListener("said", (event) => saying(event.detail.value));
  const before = sessionStorage.getItem("said");
  if (before) saying(before);
  sessionStorage.removeItem("said");  // once, not on every page after it

  // What htmx asks for is a page; what was refused is told where it was asked.
  document.addEventListener("htmx:configRequest", (event) => { event.detail.headers.Accept = "text/html"; });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, elt } = event.detail;
    if (xhr.responseURL && new URL(xhr.responseURL).pathname === "/login" && location.pathname !== "/login") {
      event.detail.shouldSwap = false;
      location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
    } else if (xhr.getResponseHeader("X-Problem")) {
      const place = elt.closest("dialog, form, section")?.querySelector("[data-problem]") ?? document.getElementById("problem");
      event.detail.target = place;
      event.detail.swapOverride = "innerHTML";
      place.scrollIntoView({ block: "nearest" });
    } else if (xhr.status < 400) {
      elt.closest("dialog")?.close();
    }
  });
  // What is large shows how far it is sent; what comes then takes as long as it takes.
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.querySelector("[data-progress]");
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    if (event.detail.loaded < event.detail.total) bar.value = event.detail.loaded / event.detail.total;
    else bar.removeAttribute("value");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const bar = event.target.querySelector?.("[data-progress]");
    if (bar) { bar.hidden = true; bar.value = 0; }
  });
  document.addEventListener("htmx:sendError", () => {
    document.dispatchEvent(new CustomEvent("said", { detail: { value: word("failed") } }));
  });

  // What happens, as it happens: one stream for all that a page watches, while it is looked at.
  // data-live="name" is filled anew with what is sent; data-watch="name" hears it as an event.
  const lost = document.getElementById("lost");
  const patience = { first: 1000, most: 30000, hidden: 20000, loss: 2500 };
  const clock = () => new Date(now()).toLocaleTimeString(zh ? "zh-CN" : "en-GB", { hour12: false, timeZone: word("zone") || undefined });
  const watched = () => new Set([...document.querySelectorAll("[data-live], [data-watch]")].map((each) => each.dataset.live ?? each.dataset.watch));
  const known = new Set();
  let source = null, since = "", heard = clock(), wait = patience.first, leaving, telling;

  const same = (element) => element.id ? `#${CSS.escape(element.id)}`
    : ["hx-post", "hx-get", "href"].filter((name) => element.hasAttribute(name)).map((name) => `[${name}="${CSS.escape(element.getAttribute(name))}"]`)[0];
  const fill = (place, html) => {
    const focused = place.contains(document.activeElement) ? same(document.activeElement) : null;
    place.innerHTML = html;
    window.htmx?.process(place);
    if (focused) place.querySelector(focused)?.focus({ preventScroll: true });
    count();
  };
  const told = (event) => {
    since = event.lastEventId;
    alive();
    if (event.type === "repair") { location.reload(); return; }
    if (event.type === "reset") { known.delete(event.data); return; }
    const first = !known.has(event.type);
    known.add(event.type);
    for (const place of document.querySelectorAll(`[data-live="${event.type}"]`)) fill(place, event.data);
    for (const place of document.querySelectorAll(`[data-watch="${event.type}"]`)) {
      place.dispatchEvent(new CustomEvent("told", { detail: { name: event.type, value: JSON.parse(event.data) } }));
      if ("refresh" in place.dataset && !first) window.htmx?.trigger(place, "refresh");
    }
  };
  const alive = () => {
    heard = clock();
    wait = patience.first;
    clearTimeout(telling);
    telling = undefined;
    lost.hidden = true;
  };
  const gone = () => {
    telling ??= setTimeout(() => { lost.textContent = word("lost").replace("{at}", heard); lost.hidden = false; }, patience.loss);
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    setTimeout(again, wait);
    wait = Math.min(wait * 2, patience.most);
  };
  const again = async () => {
    try {
      const answer = await fetch("/api/v1/me", { headers: { Accept: "application/json" } });
      if (answer.status === 401) { location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`); return; }
    } catch { /* it does not answer: the stream will say so */ }
    join();
  };
  const join = () => {
    const names = watched();
    if (source || document.hidden || !names.size) return;
    const asked = new URLSearchParams([...names].map((name) => ["channels", name]));
    if (since) asked.set("since", since);
    source = new EventSource(`/live?${asked}`);
    source.onopen = alive;
    source.onerror = gone;
    for (const name of [...names, "reset", "repair"]) source.addEventListener(name, told);
  };
  document.addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (document.hidden) leaving = setTimeout(() => { source?.close(); source = null; }, patience.hidden);
    else join();
  });
  join();
})();
