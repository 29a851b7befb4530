// Timers of a session. The page works without this file; it only lets the timers run, with a sound and an awake
// screen where the browser has them. The beats and all words come from the program (data-…); nothing here decides a dose.
(() => {
  "use strict";

  const keep = (area, name, value) => {
    try {
      if (value === undefined) return area().getItem(name);
      if (value === null) area().removeItem(name); else area().setItem(name, value);
    } catch { /* private window: it is not remembered */ }
    return null;
  };
  const device = () => localStorage, tab = () => sessionStorage;
  const clock = seconds => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

  // Sound: three short tones, made here.
  let audio = null;
  const tone = (hertz, seconds, wanted) => {
    if (!wanted) return;
    try {
      audio ??= new AudioContext();
      audio.resume();
      const voice = audio.createOscillator(), loud = audio.createGain(), at = audio.currentTime;
      voice.frequency.value = hertz;
      loud.gain.setValueAtTime(0.25, at);
      loud.gain.exponentialRampToValueAtTime(0.001, at + seconds);
      voice.connect(loud).connect(audio.destination);
      voice.start(at);
      voice.stop(at + seconds);
    } catch { /* no sound here */ }
  };

  // The screen stays awake while a timer runs.
  let lock = null, running = null;
  const awake = async wanted => {
    try {
      if (wanted && !lock && document.visibilityState === "visible") {
        lock = await navigator.wakeLock.request("screen");
        lock.addEventListener("release", () => { lock = null; });
      } else if (!wanted && lock) {
        await lock.release();
      }
    } catch { lock = null; }
  };
  document.addEventListener("visibilitychange", () => { if (running) { running.tick(); awake(true); } });

  class Timer {
    constructor(box) {
      this.box = box;
      this.step = box.closest(".step");
      this.beats = JSON.parse(box.dataset.beats);
      this.part = name => box.querySelector(`.timer-${name}`);
      this.at = 0;
      this.spent = 0; // milliseconds of this beat that have passed
      this.since = null; // when it was last set going
      this.over = false;
      const known = Number(keep(tab, this.key())); // a page loaded anew goes on where it was
      if (known > 0 && known < this.beats.length) this.at = known;
      this.sound = this.part("sound");
      this.sound.checked = keep(device, "gradus.sound") === "on";
      this.sound.addEventListener("change", () => {
        keep(device, "gradus.sound", this.sound.checked ? "on" : null);
        tone(660, 0.15, this.sound.checked);
      });
      this.part("go").addEventListener("click", () => this.press());
      this.part("next").addEventListener("click", () => this.move(1));
      this.part("back").addEventListener("click", () => this.move(-1));
      box.hidden = false;
      this.step.classList.add("has-timer");
      this.show();
    }

    key() { return `gradus.${this.box.dataset.key}`; }
    get beat() { return this.beats[this.at]; }
    get open() { return this.beat.seconds === 0; }

    press() {
      if (this.over) { this.over = false; this.at = 0; this.spent = 0; this.start(); }
      else if (this.since === null) this.start();
      else if (this.open) this.move(1);
      else this.pause();
    }

    start() {
      if (running && running !== this) running.pause();
      running = this;
      this.since = performance.now();
      this.wait = setInterval(() => this.tick(), 200);
      awake(true);
      this.say(`${this.beat.word}. ${this.beat.place}`);
      this.call();
      this.show();
      const seen = this.box.getBoundingClientRect();
      if (seen.bottom > innerHeight || seen.top < 0) this.box.scrollIntoView({ block: seen.height > innerHeight ? "start" : "center" });
    }

    pause() {
      if (this.since === null) return;
      this.spent += performance.now() - this.since;
      this.since = null;
      clearInterval(this.wait);
      if (running === this) { running = null; awake(false); }
      this.say(this.box.dataset.paused);
      this.show();
    }

    // What has really passed counts, however seldom the browser lets this run.
    tick() {
      if (this.since === null) return;
      const now = performance.now();
      let passed = this.spent + (now - this.since), moved = false;
      while (!this.over && !this.open && passed >= this.beat.seconds * 1000) {
        passed -= this.beat.seconds * 1000;
        moved = true;
        this.step_on();
      }
      if (moved) {
        this.spent = this.over || this.open ? 0 : passed;
        this.since = this.over ? null : now;
        if (!this.over) { this.say(`${this.beat.word}. ${this.beat.place}`); this.call(); }
      }
      this.show();
    }

    step_on() {
      if (this.at + 1 < this.beats.length) { this.at += 1; keep(tab, this.key(), String(this.at)); }
      else this.finish();
    }

    move(by) {
      const going = this.since !== null;
      if (this.over && by < 0) { this.over = false; this.spent = 0; this.show(); return; }
      if (by < 0 && this.spent + (going ? performance.now() - this.since : 0) < 2000 && this.at > 0) this.at -= 1;
      else if (by > 0) this.step_on();
      this.spent = 0;
      if (going && !this.over) { this.since = performance.now(); this.say(`${this.beat.word}. ${this.beat.place}`); this.call(); }
      keep(tab, this.key(), this.over ? null : String(this.at));
      this.show();
    }

    finish() {
      this.over = true;
      this.since = null;
      clearInterval(this.wait);
      keep(tab, this.key(), null);
      if (running === this) { running = null; awake(false); }
      this.say(this.box.dataset.ended);
      tone(520, 0.25, this.sound.checked);
      setTimeout(() => tone(780, 0.5, this.sound.checked), 260);
    }

    // Listeners hear beginnings and ends, not seconds; the way back between two holds is short and told by sound.
    say(text) { if (!this.beat || this.beat.phase !== "between" || text === this.box.dataset.paused) this.part("say").textContent = text; }
    call() {
      const high = { hold: 880, move: 880, ready: 440 };
      tone(high[this.beat.phase] ?? 520, 0.3, this.sound.checked);
    }

    show() {
      const going = this.since !== null, beat = this.beat, words = this.box.dataset;
      const left = Math.max(0, Math.ceil(beat.seconds - (this.spent + (going ? performance.now() - this.since : 0)) / 1000));
      const put = (name, text) => { const e = this.part(name); if (e.textContent !== text) e.textContent = text; };
      put("word", this.over ? words.over : beat.word);
      put("clock", this.over ? "" : this.open ? "" : clock(left));
      put("place", this.over ? words.then : this.open && going ? `${beat.place ? beat.place + ". " : ""}${words.speed}` : beat.place);
      const bar = this.part("bar");
      bar.max = this.beats.length;
      bar.value = this.over ? this.beats.length : this.at + (this.open ? 0 : 1 - left / beat.seconds);
      put("go", this.over ? words.again : going ? (this.open ? words.did : words.pause) : this.at > 0 || this.spent > 0 ? words.on : words.start);
      this.part("next").disabled = this.over;
      this.part("back").disabled = !this.over && this.at === 0 && this.spent === 0 && !going;
      this.box.dataset.phase = this.over ? "over" : going ? beat.phase : "still";
      if (beat.side) this.step.dataset.side = beat.side;
    }
  }

  for (const box of document.querySelectorAll(".timer[data-beats]")) new Timer(box);
})();
