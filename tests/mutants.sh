#!/bin/sh
# Mutation testing of the clinical rules: changes them one place at a time and counts the changes that no test notices.
#
#   tests/mutants.sh                      all of src/clinical (hours; not part of CI)
#   tests/mutants.sh week/mod.rs quota/mod.rs     only these files, relative to src/clinical
#
# The rules are pure, so they are copied into a small crate of their own with the versions of Cargo.lock: a mutant then
# takes seconds. The property tests run with a fiftieth of their cases. Prints the score; the lists of caught, missed,
# timed-out and unviable mutants are in target/mutants/mutants.out. Exit code 0 only when nothing survived.
# MUTANTS_ARGS adds arguments for `cargo mutants`, e.g. MUTANTS_ARGS="-j2" or "--shard 1/4".
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
command -v cargo-mutants >/dev/null || cargo install cargo-mutants --locked
slim=$root/target/mutants/clinical
rm -rf "$slim" "$root/target/mutants/mutants.out"
mkdir -p "$slim/src" "$slim/tests"
cp -r src/clinical "$slim/src/"
cp -r tests/cases "$slim/tests/"
cp Cargo.lock clippy.toml "$slim/"
printf '//! The rules alone, for mutation testing.\npub mod clinical;\n' >"$slim/src/lib.rs"
# The dependencies of the rules, with the features of the program.
{
    printf '[package]\nname = "gradus"\nversion = "0.1.0"\nedition = "2024"\n\n[lib]\n\n[workspace]\n\n[dependencies]\n'
    sed -n '/^\[dependencies\]/,/^\[/p' Cargo.toml | grep -E '^(chrono|serde|serde_json|thiserror|toml) '
    printf '\n[dev-dependencies]\n'
    sed -n '/^\[dev-dependencies\]/,/^\[/p' Cargo.toml | grep -E '^proptest '
    printf '\n[profile.dev]\ndebug = false\n'
} >"$slim/Cargo.toml"
for file in "$@"; do
    test -f "src/clinical/$file" || { echo "src/clinical/$file: no such file" >&2; exit 2; }
    set -- "$@" --file "src/clinical/$file"
    shift
done
status=0
# Words of sentences are judged by people, not by mutants.
(cd "$slim" && GRADUS_FEWER_CASES=1 cargo mutants --in-place --no-shuffle --timeout 120 --output "$root/target/mutants" \
    --exclude '**/tests*' --exclude '**/tests/**' ${MUTANTS_ARGS:-} "$@" -- --lib) || status=$?
count() { wc -l <"$root/target/mutants/mutants.out/$1.txt" | tr -d ' '; }
caught=$(($(count caught) + $(count timeout)))
missed=$(count missed)
total=$((caught + missed))
test "$total" -eq 0 && { echo "no mutant ran" >&2; exit 1; }
echo "score: $caught of $total mutants noticed ($((100 * caught / total)) %), $(count unviable) would not compile"
cat "$root/target/mutants/mutants.out/missed.txt"
exit "$status"
