// Redraws the figure a moment after a number was changed. Without this the button "Show the picture" does it.
"use strict";
(() => {
  const form = document.querySelector("form[data-preview]");
  const shown = document.getElementById("preview");
  const told = document.getElementById("preview-status");
  if (!form || !shown || !told) return;
  let waiting = 0;
  let asked = 0;
  const redraw = async () => {
    const number = ++asked;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body, credentials: "same-origin" });
      if (number !== asked || !answer.ok) return;
      shown.innerHTML = await answer.text();
      told.textContent = shown.querySelector(".notice") ? "The figure cannot be drawn so" : "The picture is drawn again";
    } catch {
      // No connection: the button is still there.
    }
  };
  form.addEventListener("input", (event) => {
    if (!(event.target instanceof HTMLElement) || !event.target.closest(".pose-numbers")) return;
    clearTimeout(waiting);
    waiting = setTimeout(redraw, 350);
  });
})();
