// A stopwatch beside the field for the minutes of a try. It goes by the clock: when it was started is remembered in
// this browser until the form was taken, so that a dark screen, another page or a restart loses nothing. It fills in the
// field when it is stopped, and never sends the form. Without this file the minutes are typed.
(() => {
  "use strict";
  const box = document.querySelector(".watch[data-watch]");
  const field = box && document.getElementById(box.dataset.field);
  if (!box || !field) return;
  const part = name => box.querySelector(`.watch-${name}`);
  const prefix = "gradus.try.", name = prefix + box.dataset.watch;

  const store = work => { try { return work(localStorage); } catch { return null; } };
  // What was started for another try is over.
  store(kept => Object.keys(kept).filter(key => key.startsWith(prefix) && key !== name).forEach(key => kept.removeItem(key)));
  const keep = sent => store(kept => kept.setItem(name, JSON.stringify({ since, spent, sent })));

  let since = null; // when it was last set going, by the clock
  let spent = 0; // milliseconds before that
  try {
    const known = JSON.parse(store(kept => kept.getItem(name)) ?? "{}");
    if (Number.isFinite(known.since)) since = known.since;
    if (Number.isFinite(known.spent) && known.spent > 0) spent = known.spent;
  } catch { /* not ours: begin anew */ }

  const passed = () => spent + (since === null ? 0 : Math.max(0, Date.now() - since));
  const two = number => String(number).padStart(2, "0");
  const words = all => {
    const seconds = Math.floor(all / 1000), hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  };
  const say = text => { part("said").textContent = text; };

  const show = () => {
    const text = words(passed());
    if (part("clock").textContent !== text) part("clock").textContent = text;
    part("go").textContent = since !== null ? box.dataset.stop : spent > 0 ? box.dataset.on : box.dataset.go;
    part("again").hidden = since !== null || spent === 0;
    box.dataset.going = since !== null ? "yes" : "no";
  };
  // Whole tenths of a minute, never more than was measured.
  const fill = () => {
    const tenths = Math.floor(spent / 6000);
    if (tenths < 5) { say(box.dataset.short); return false; }
    field.value = String(tenths / 10);
    say(box.dataset.filled);
    return true;
  };

  part("go").addEventListener("click", () => {
    if (since === null) {
      since = Date.now();
      say(box.dataset.runs);
    } else {
      spent = passed();
      since = null;
      fill();
    }
    keep();
    show();
  });
  part("again").addEventListener("click", () => {
    since = null;
    spent = 0;
    field.value = "";
    say("");
    keep();
    show();
    part("go").focus();
  });
  // What is sent is the server's to keep; it goes from here on the next page, unless that is this one again (session.js).
  field.form?.addEventListener("submit", () => keep(true));
  // Measured and not saved yet: it stands in the field again, unless something else does.
  if (since === null && spent > 0 && field.value === "") fill();
  if (since !== null) say(box.dataset.runs);
  setInterval(show, 250);
  document.addEventListener("visibilitychange", show);
  box.hidden = false;
  show();
})();
