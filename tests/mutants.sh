#!/bin/sh
# Mutation testing of the clinical rules: changes them one place at a time and counts the changes that no test notices.
#
#   tests/mutants.sh                           all of src/clinical (hours; not part of CI)
#   tests/mutants.sh week intake quota/mod.rs  only these folders and files of src/clinical
#
# The rules are pure, so they are copied into a small crate of their own with the versions of Cargo.lock: a mutant then
# takes about three seconds. Each part first meets the tests named after it, the worked cases and the JSON vectors; what
# survives these meets every test. The property tests run with a fiftieth of their cases.
#
# Prints a table by file, the score, and every survivor; also when it is interrupted. The lists of each part are in
# target/mutants/parts/PART. Exit code 0 only when every mutant was tried and every survivor is justified in
# tests/mutants.allow. MUTANTS_ARGS adds arguments for `cargo mutants`, e.g. MUTANTS_ARGS="--shard 1/4".
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
out=$root/target/mutants
slim=$out/clinical
command -v cargo-mutants >/dev/null || cargo install cargo-mutants --locked
test $# -gt 0 || set -- $(cd src/clinical && ls -d */ *.rs | grep -v -e '^data/' -e '^tests' -e '^mod.rs' | sed 's,/$,,')
for part in "$@"; do
    test -e "src/clinical/$part" || { echo "src/clinical/$part: no such file or folder" >&2; exit 2; }
done

# The crate; what was compiled of it before is kept, and so are the times of unchanged files.
rm -rf "$slim/src" "$slim/tests"
mkdir -p "$slim/src" "$slim/tests"
cp -rp src/clinical "$slim/src/"
cp -rp tests/cases "$slim/tests/"
cp Cargo.lock clippy.toml "$slim/"
printf '//! The rules alone, for mutation testing.\npub mod clinical;\n' >"$slim/src/lib.rs"
{
    printf '[package]\nname = "gradus"\nversion = "0.1.0"\nedition = "2024"\n\n[lib]\ndoctest = false\n\n[workspace]\n\n[dependencies]\n'
    sed -n '/^\[dependencies\]/,/^\[/p' Cargo.toml | grep -E '^(chrono|serde|serde_json|thiserror|toml) '
    printf '\n[dev-dependencies]\n'
    sed -n '/^\[dev-dependencies\]/,/^\[/p' Cargo.toml | grep -E '^proptest '
    # Fast to build again, hence not optimised; what it depends on is built once.
    printf '\n[profile.dev]\ndebug = false\nincremental = true\n\n[profile.dev.package."*"]\nopt-level = 2\n'
} >"$slim/Cargo.toml"

rm -rf "$out/parts"
mkdir -p "$out/parts"
: >"$out/noticed.txt"
: >"$out/missed.txt"

# One mutant a line: "c:" noticed, "m:" survived, "j:" survived and justified. Survivors are compared without their
# position, which every edit moves, but with the text of the line they are in.
finished=no
report() {
    while IFS=: read -r file line _ what; do
        printf '%s:%s | %s\n' "$file" "$what" "$(sed -n "${line}s/^ *//p" "$slim/$file")"
    done <"$out/missed.txt" | sort >"$out/survived.txt"
    grep -v -e '^#' -e '^$' tests/mutants.allow | sort >"$out/allowed.txt" || true
    comm -12 "$out/survived.txt" "$out/allowed.txt" >"$out/justified.txt"
    { sort -u "$out/noticed.txt" | sed 's/^/c:/'; sed 's/^/m:/' "$out/missed.txt"; sed 's/^/j:/' "$out/justified.txt"; } | awk -F: '
        { n[$1, $2]++; sum[$1]++; files[$2] }
        END {
            for (f in files) printf "%-46s %4d mutants, %4d noticed, %3d survived, %3d of them justified\n", f, n["c", f] + n["m", f], n["c", f], n["m", f], n["j", f] | "sort"
            close("sort")
            total = sum["c"] + sum["m"]
            printf "score: %d of %d mutants noticed (%.1f %%), %d survived, %d of them justified\n", sum["c"], total, total ? 100 * sum["c"] / total : 0, sum["m"], sum["j"]
        }'
    comm -23 "$out/survived.txt" "$out/allowed.txt" | tee "$out/unjustified.txt" | sed 's/^/survived: /'
    test "$finished" = yes || { echo "not finished: only the parts above were tried"; exit 1; }
    test -s "$out/noticed.txt" && test ! -s "$out/unjustified.txt" || exit 1
}
trap report EXIT
trap 'exit 1' INT TERM

# try PART PATTERN WHAT-CARGO-MUTANTS-DOES... -- TEST-FILTERS...
try() {
    status=0
    # 2: some survived, 3: some never ended. Words of sentences are judged by people, not by mutants.
    (cd "$slim" && GRADUS_FEWER_CASES=1 cargo mutants -C=--lib --in-place --timeout 60 --no-times \
        --exclude '**/tests*' --exclude '**/tests/**' ${MUTANTS_ARGS:-} "$@") || status=$?
    case $status in 0 | 2 | 3) ;; *) exit "$status" ;; esac
}
for part in "$@"; do
    name=$(echo "$part" | sed 's,[/.].*,,')
    lists=$out/parts/$(echo "$part" | tr / -)
    mkdir "$lists"
    if test -d "src/clinical/$part"; then set -- --file "src/clinical/$part/**"; else set -- --file "src/clinical/$part"; fi
    try "$@" --output "$lists" -- -- "clinical::$name::" tests_cases rules_json::tests::
    cat "$lists"/mutants.out/caught.txt "$lists"/mutants.out/timeout.txt >>"$out/noticed.txt"
    if test -s "$lists/mutants.out/missed.txt"; then
        try "$@" --output "$lists" --iterate
        cat "$lists"/mutants.out/caught.txt "$lists"/mutants.out/timeout.txt >>"$out/noticed.txt"
        cat "$lists/mutants.out/missed.txt" >>"$out/missed.txt"
    fi
done
finished=yes
