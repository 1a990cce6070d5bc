// The picture of the site, kept as it is: cars move, doors open, what is wrong stands out.
(() => {
  "use strict";
  const picture = document.getElementById("picture");
  if (!picture) return;
  const named = (each, words) => each.dataset.name ? `${each.dataset.name}: ${words}` : words;
  const write = (place, text) => { if (place && place.textContent !== text) place.textContent = text; };

  const drawn = (each, look) => {
    each.dataset.tone = look.tone ?? "";
    each.dataset.state = look.state ?? "";
    if (look.a) each.dataset.at = look.a;
    each.dataset.words = look.w;
    write(each.querySelector("title"), named(each, look.w));
    write(each.querySelector(".figure"), look.figure ?? "");
    write(each.querySelector(".tile-words"), look.w);
    const age = each.querySelector(".tile-age time");
    if (age && look.a) age.dateTime = new Date(look.a).toISOString();
    else if (look.a) aging(each, look.a);
    if (!each.classList.contains("lift")) return;
    each.dataset.way = look.way ?? "";
    each.dataset.service = look.service ?? "";
    each.classList.toggle("trapped", Boolean(look.trapped));
    const told = look.top !== undefined && look.top !== null;
    each.classList.toggle("nowhere", !told);
    const car = each.querySelector(".car");
    if (told && car) car.setAttribute("transform", `translate(${car.dataset.x} ${look.top})`);
  };
  // A tile that had said nothing yet gets its age with its first word.
  const aging = (each, at) => {
    const place = each.querySelector(".tile-age");
    if (!place) return;
    const time = document.createElement("time");
    time.dataset.ages = "";
    time.dateTime = new Date(at).toISOString();
    place.replaceChildren(time);
  };

  picture.addEventListener("told", ({ detail }) => {
    for (const [id, look] of Object.entries(detail.value)) {
      for (const each of picture.querySelectorAll(`[data-of="${CSS.escape(id)}"]`)) drawn(each, look);
    }
  });

  // How old a reading is, is said when somebody points at it.
  const point = (event) => {
    const each = event.target.closest?.("[data-of][data-at]");
    const title = each?.querySelector("title");
    if (!title) return;
    each.dataset.words ??= title.textContent.slice(each.dataset.name ? each.dataset.name.length + 2 : 0);
    write(title, `${named(each, each.dataset.words)} · ${window.whistle.aged((window.whistle.now() - Number(each.dataset.at)) / 1000)}`);
  };
  picture.addEventListener("pointerover", point);
  picture.addEventListener("focusin", point);
})();
