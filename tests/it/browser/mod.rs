//! Real Chromium. Without it, its driver or axe the tests are skipped by name; `.ci/run` brings all
//! three. Screenshots are kept in `target/screenshots`.

mod axe;
mod contrast;
mod course;
mod driver;
mod goals;
mod journal;
mod journey;
mod links;
mod own;
mod player;
mod prints;
mod twelve_weeks;
mod words;
