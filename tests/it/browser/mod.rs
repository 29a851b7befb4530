//! Real Chromium. Without it, its driver or axe the tests are skipped by name; `.ci/run` brings all
//! three. Screenshots are kept in `target/screenshots`.

mod axe;
mod course;
mod driver;
mod journey;
mod own;
