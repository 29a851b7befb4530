#!/bin/sh
# Mutation testing of the clinical rules: changes them one place at a time and counts the changes that no test notices.
#
#   tests/mutants.sh                           all of src/clinical (two hours; not part of CI)
#   tests/mutants.sh week intake quota/mod.rs  only these folders and files of src/clinical
#
# The rules are pure, so they are copied into a small crate of their own with the versions of Cargo.lock. A mutant first
# meets the tests closest to it: for the rules proper, in a crate of nothing but these (a second and a half each), else
# those named after its folder. What survives meets every test of the rules. Property tests run with a fiftieth of
# their cases.
#
# Prints a table by file, the score, and every survivor; when interrupted, those of the parts that were finished. The
# lists of cargo-mutants are in target/mutants/parts. Exit code 0 only when every mutant was tried and every survivor is
# justified in tests/mutants.allow. MUTANTS_ARGS adds arguments for `cargo mutants`, e.g. MUTANTS_ARGS="--shard 1/4".
set -eu
cd "$(dirname "$0")/.."
out=$(pwd)/target/mutants
command -v cargo-mutants >/dev/null || cargo install cargo-mutants --locked
test $# -gt 0 || set -- $(cd src/clinical && ls | grep -v -e '^data$' -e '^tests' -e '^mod.rs$')
for part in "$@"; do
    test -e "src/clinical/$part" || { echo "src/clinical/$part: no such file or folder" >&2; exit 2; }
done

# crate NAME: the rules alone. What was compiled of it before stays.
crate() {
    mkdir -p "$out/$1"
    (cd "$out/$1" && rm -rf src tests locales && mkdir src tests)
    cp -rp src/clinical src/lang src/lang.rs "$out/$1/src/"
    cp -rp locales "$out/$1/"
    cp -rp tests/cases "$out/$1/tests/"
    cp Cargo.lock clippy.toml "$out/$1/"
    printf '//! The rules alone, for mutation testing.\n#[macro_use]\npub mod lang;\npub mod clinical;\n' >"$out/$1/src/lib.rs"
    {
        printf '[package]\nname = "gradus"\nversion = "0.1.0"\nedition = "2024"\n\n[lib]\n\n[workspace]\n\n[dependencies]\n'
        sed -n '/^\[dependencies\]/,/^\[/p' Cargo.toml | grep -E '^(accept-language|chrono|polib|rust-embed|serde|serde_json|thiserror|tokio|toml) '
        printf '\n[dev-dependencies]\n'
        sed -n '/^\[dev-dependencies\]/,/^\[/p' Cargo.toml | grep -E '^proptest '
        # It is compiled for every mutant, what it depends on once.
        printf '\n[profile.dev]\ndebug = false\n\n[profile.dev.package."*"]\nopt-level = 2\n'
    } >"$out/$1/Cargo.toml"
}
crate all
crate core
sed -i -E '/^pub mod /{/ (codes|intake|quota|rules_json|session|thresholds|week);/!d}' "$out/core/src/clinical/mod.rs"
# This one reads the catalogue.
sed -i '/^mod tests_fuzz;/d' "$out/core/src/clinical/rules_json/mod.rs"
# The tests of this one ask the course too.
sed -i '/^#\[cfg(test)\]$/,$d' "$out/core/src/clinical/week/away.rs"

rm -rf "$out/parts"
mkdir "$out/parts"
: >"$out/noticed.txt"
: >"$out/missed.txt"
finished=no

# Survivors are compared with tests/mutants.allow without their position, which every edit moves, but with the line.
report() {
    while IFS=: read -r file line _ what; do
        printf '%s:%s | %s\n' "$file" "$what" "$(sed -n "${line}s/^ *//p" "$out/all/$file")"
    done <"$out/missed.txt" | sort >"$out/survived.txt"
    grep -v -e '^#' -e '^$' tests/mutants.allow | sort >"$out/allowed.txt" || true
    comm -12 "$out/survived.txt" "$out/allowed.txt" >"$out/justified.txt"
    comm -23 "$out/survived.txt" "$out/allowed.txt" >"$out/unjustified.txt"
    # noticed, missed, justified: by file, then all together.
    { sort -u "$out/noticed.txt" | sed 's/^/n:/'; sed 's/^/m:/' "$out/missed.txt"; sed 's/^/j:/' "$out/justified.txt"; } | awk -F: '
        BEGIN { files["all"] }
        { count[$1, $2]++; count[$1, "all"]++; files[$2] }
        END {
            for (f in files) {
                n = count["n", f]; m = count["m", f]
                printf "%-45s %4d mutants, %4d noticed (%d %%), %d survived, %d of them justified\n",
                    f == "all" ? "score:" : f, n + m, n, n + m ? 100 * n / (n + m) : 0, m, count["j", f] | "sort -r"
            }
        }'
    sed 's/^/survived: /' "$out/unjustified.txt"
    test "$finished" = yes || { echo "not finished: only these were tried"; exit 1; }
    test -s "$out/noticed.txt" && test ! -s "$out/unjustified.txt" || exit 1
}
trap report EXIT
trap 'exit 1' INT TERM

# try CRATE LISTS ARGUMENTS...: runs cargo mutants there. Words of sentences are judged by people, not by mutants.
try() {
    crate=$1 lists=$2 status=0
    shift 2
    (cd "$out/$crate" && GRADUS_FEWER_CASES=1 cargo mutants -C=--lib --in-place --timeout 60 --no-times --output "$lists" \
        --exclude '**/tests*' --exclude '**/tests/**' ${MUTANTS_ARGS:-} "$@") || status=$?
    # 2: some survived, 3: some never ended.
    case $status in 0 | 2 | 3) ;; *) exit "$status" ;; esac
    cat "$lists/mutants.out/caught.txt" "$lists/mutants.out/timeout.txt" >>"$out/noticed.txt"
}
for part in "$@"; do
    lists=$out/parts/$(echo "$part" | tr / -)
    mkdir "$lists"
    files=src/clinical/$part
    test ! -d "$files" || files="$files/**"
    name=$(echo "$part" | sed 's,[/.].*,,')
    case $name in
    intake | quota | session | thresholds | week) try core "$lists" --file "$files" ;;
    *) try all "$lists" --file "$files" -- -- "clinical::$name::" ;;
    esac
    if test -s "$lists/mutants.out/missed.txt"; then
        try all "$lists" --file "$files" --iterate
        cat "$lists/mutants.out/missed.txt" >>"$out/missed.txt"
    fi
done
finished=yes
