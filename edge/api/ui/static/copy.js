// A button with data-copies takes the text of what it names to the clipboard.
(() => {
  "use strict";
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const from = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(from.textContent);
    } catch {
      const range = document.createRange();  // the browser may refuse: then it is at least chosen
      range.selectNodeContents(from);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return;
    }
    document.dispatchEvent(new CustomEvent("said", { detail: { value: button.dataset.copied } }));
  });
})();
