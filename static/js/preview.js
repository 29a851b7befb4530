// Redraws the figure a moment after a number was changed. Without this the button "Show the picture" does it.
"use strict";
(() => {
  const form = document.querySelector("form[data-preview]");
  const shown = document.getElementById("preview");
  const told = document.getElementById("preview-status");
  if (!form || !shown || !told) return;
  let waiting = 0;
  let asked = 0;
  // Read as a document of its own, in which nothing runs: the policy lets no text become a part of this page.
  const load = (body) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.dataset.preview);
      request.responseType = "document";
      request.onload = () => (request.status === 200 && request.response ? resolve(request.response) : reject());
      request.onerror = reject;
      request.send(body);
    });
  const redraw = async () => {
    const number = ++asked;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    try {
      const answer = await load(body);
      if (number !== asked) return;
      shown.replaceChildren(...[...answer.body.childNodes].map((node) => document.importNode(node, true)));
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
