// Warns before a sign-in ends for want of use, and lets its person stay. Without this the pages say until when they are
// signed in, and what is sent too late is kept by the server all the same.
"use strict";
// The minutes of a try that was taken (stopwatch.js) are the server's to keep.
(() => {
  if (document.querySelector(".watch[data-watch]")) return;
  try {
    const sent = (key) => key.startsWith("gradus.try.") && JSON.parse(localStorage.getItem(key)).sent;
    Object.keys(localStorage).filter(sent).forEach((key) => localStorage.removeItem(key));
  } catch { /* no storage, or not ours */ }
})();
(() => {
  const watch = document.getElementById("session-watch");
  if (!watch || typeof HTMLDialogElement === "undefined") return;
  const said = watch.dataset;
  const warning = Number(said.warning) * 1000;
  // Instants, not intervals: a computer that slept knows when it wakes up how late it is.
  let end = Date.now() + Number(said.left) * 1000;
  let asking = false;
  let over = false;
  let dialog = null;
  let status = null;
  let stay = null;
  let typed = null;
  // Where the focus was, to be given back.
  let before = null;
  // What stands in place of the page when its time is over and nobody can be asked, and what it hides.
  let cover = null;
  let hidden = null;
  const title = document.title;

  document.addEventListener("input", (event) => {
    const form = event.target instanceof HTMLElement ? event.target.closest("form[method=post]") : null;
    if (form) typed = form;
  });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    over = true;
    // A form that fetched a file leaves the page where it is.
    setTimeout(() => { over = false; }, 30000);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) over = false; });

  const element = (name, text, parent) => {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  };

  const build = () => {
    dialog = document.createElement("dialog");
    dialog.className = "session-dialog";
    dialog.setAttribute("aria-labelledby", "session-dialog-title");
    dialog.setAttribute("aria-describedby", "session-dialog-text");
    element("h2", said.title, dialog).id = "session-dialog-title";
    element("p", said.text, dialog).id = "session-dialog-text";
    status = element("p", "", dialog);
    status.setAttribute("role", "status");
    const buttons = element("div", "", dialog);
    buttons.className = "buttons";
    stay = element("button", said.stay, buttons);
    stay.type = "button";
    stay.className = "button";
    stay.addEventListener("click", extend);
    const leave = element("button", said.leave, buttons);
    leave.type = "button";
    leave.className = "button-quiet";
    leave.addEventListener("click", signOut);
    // Escape says: I am here.
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); extend(); });
    document.body.append(dialog);
  };

  const post = (path) => fetch(path, {
    method: "POST",
    body: new URLSearchParams({ csrf: said.csrf }),
    credentials: "same-origin",
    redirect: "manual",
  });

  // How many seconds are left by the server's word: another window may have been in use. Asking is no use.
  const left = async () => {
    // Without an answer in ten seconds there is no connection.
    const signal = AbortSignal.timeout?.(10000);
    const answer = await fetch("/session/left", { credentials: "same-origin", cache: "no-store", signal });
    const seconds = answer.ok ? Number(await answer.text()) : Number.NaN;
    if (!Number.isFinite(seconds)) throw new Error("no answer");
    return seconds;
  };

  const close = () => {
    if (!dialog || !dialog.open) return;
    dialog.close();
    if (before && before.isConnected) before.focus();
  };

  async function extend() {
    try {
      const answer = await post("/session/stay");
      const seconds = answer.ok ? Number(await answer.text()) : 0;
      if (seconds > 0) end = Date.now() + seconds * 1000;
      if (seconds * 1000 > warning) close();
      else if (dialog) document.getElementById("session-dialog-text").textContent = said.last;
    } catch {
      // No connection: the dialog stays, and so does the button.
    }
  }

  async function signOut() {
    over = true;
    try {
      await post("/sign-out");
    } finally {
      location.assign("/");
    }
  }

  // The end. What was typed is sent: the server takes nothing from somebody who is signed out, but keeps it for them.
  const finish = () => {
    over = true;
    close();
    if (typed && typed.isConnected && !typed.querySelector("input[type=password], input[type=file]")) {
      HTMLFormElement.prototype.submit.call(typed);
      return;
    }
    location.assign(`/sign-in?next=${encodeURIComponent(said.here)}`);
  };

  // Whether there is something to write on the page that was filled in: by its person just now, or given back with a
  // message beside it.
  const isFilledIn = (main) => (typed && typed.isConnected)
    || [...main.querySelectorAll("form[method=post] textarea, form[method=post] input")].some((field) => field.matches("textarea, [type=text]") && field.value !== "");

  // The time is over and the server cannot be asked: the record leaves the screen. What was typed is only hidden.
  const conceal = () => {
    const main = document.getElementById("main");
    if (cover || !main) return;
    close();
    const keep = isFilledIn(main);
    if (keep) {
      hidden = [...main.children].filter((part) => !part.hidden);
      for (const part of hidden) part.hidden = true;
    } else {
      main.replaceChildren();
    }
    document.title = said.coverTitle;
    cover = element("section", "", main);
    cover.setAttribute("role", "alert");
    element("h1", said.coverTitle, cover);
    element("p", said.coverText, cover);
    if (keep) element("p", said.coverTyped, cover);
    else element("a", said.coverLink, element("p", "", cover)).href = `/sign-in?next=${encodeURIComponent(said.here)}`;
  };

  // There is a connection again, and the sign-in lives: another window was in use.
  const reveal = () => {
    if (!cover) return;
    if (!hidden) {
      over = true;
      location.assign(said.here);
      return;
    }
    cover.remove();
    cover = null;
    for (const part of hidden) part.hidden = false;
    hidden = null;
    document.title = title;
  };

  const look = async () => {
    if (over || asking) return;
    const rest = end - Date.now();
    if (dialog && dialog.open) {
      const words = rest <= 30000 ? said.seconds : said.minutes;
      if (status.textContent !== words) status.textContent = words;
    }
    if (rest > warning || (rest > 0 && dialog && dialog.open)) return;
    asking = true;
    try {
      const seconds = await left();
      end = Date.now() + seconds * 1000;
      if (seconds > 0) reveal();
      if (seconds <= 0) {
        finish();
      } else if (seconds * 1000 > warning) {
        close();
      } else if (!dialog || !dialog.open) {
        if (!dialog) build();
        status.textContent = said.minutes;
        before = document.activeElement;
        dialog.showModal();
        stay.focus();
      }
    } catch {
      // No connection: asked again soon. Nothing is sent that could not be kept.
      if (Date.now() > end) conceal();
    } finally {
      asking = false;
    }
  };
  setInterval(look, 1000);
})();
