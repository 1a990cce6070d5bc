// The log goes on by itself, unless it is paused or nobody looks.
(() => {
  "use strict";
  const every = 1000, most = 500;
  const pause = document.getElementById("log-pause");
  const rows = () => document.getElementById("log-rows");
  let paused = false, asking = false;
  const [word, going] = [pause.querySelector("span"), pause.querySelector("span").textContent];
  const use = pause.querySelector("use");
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    word.textContent = paused ? pause.dataset.paused : going;
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, paused ? "#play" : "#pause"));
  });
  const more = async () => {
    const list = rows();
    if (paused || asking || document.hidden || !list) return;
    asking = true;
    try {
      const asked = new URLSearchParams(new FormData(document.querySelector("form.filters")));
      asked.set("after", list.dataset.last);
      const answer = await fetch(`/log/lines?${asked}`, { headers: { Accept: "text/html" } });
      const html = await answer.text();
      if (!answer.ok || paused || list !== rows()) return;
      list.dataset.last = answer.headers.get("X-Last-Line") ?? list.dataset.last;
      if (html.trim()) {
        list.parentElement.querySelector(".empty")?.remove();
        list.insertAdjacentHTML("afterbegin", html);
        while (list.childElementCount > most) list.lastElementChild.remove();
      }
    } catch { /* the gateway does not answer: asked again in a second */ } finally { asking = false; }
  };
  setInterval(more, every);
})();
