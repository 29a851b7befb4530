//! Real Chromium. Without it, its driver or axe the tests are skipped by name; `.ci/run` brings all
//! three. With `GRADUS_SCREENSHOTS=1` every look keeps a picture in `target/screenshots`.

mod axe;
mod contrast;
mod course;
mod desk;
mod driver;
mod editor;
mod goals;
mod journal;
mod journey;
mod links;
mod messages;
mod own;
mod own_data;
mod passkeys;
mod player;
mod prints;
mod room;
mod stay;
mod templates;
mod twelve_weeks;
mod words;
