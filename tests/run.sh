# Runs both test projects and adds up their figures. Sourced by ./usage, whose functions it uses.

source "$root/tests/postgres.sh"
source "$root/tests/chromium.sh"
source "$root/tests/linker.sh"

# run_tests [--soak SECONDS] [--faults] [--long-run MINUTES] [--postgres MAJOR] [--partitioned] [ARGS]: what is no flag of these goes to both test programs.
run_tests() {
    local projects=(tests/Properties tests/Integration) filter=() rest=() passed=0 failed=0 skipped=0
    while (($#)); do
        case $1 in
        --soak)
            [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "--soak is '${2:-}': it takes a number of seconds."
            export USAGE_SOAK_SECONDS=$2
            filter=(--filter-trait Category=Soak) projects=(tests/Integration)
            shift
            ;;
        --postgres)
            [[ ${2:-} =~ ^1[5-8]$ ]] || fail "--postgres is '${2:-}': it takes a major version, 15 to 18."
            export USAGE_TEST_POSTGRES=$2
            shift
            ;;
        --faults)
            export USAGE_FAULTS_TABLE=$output/faults.md
            rm -f "$USAGE_FAULTS_TABLE"
            filter=(--filter-trait Category=Faults) projects=(tests/Integration)
            ;;
        --long-run)
            [[ ${2:-} =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "--minutes is '${2:-}': it takes a number of minutes."
            export USAGE_LONG_RUN_MINUTES=$2 USAGE_LONG_RUN_TABLE=$output/soak.md
            rm -f "$USAGE_LONG_RUN_TABLE"
            filter=(--filter-trait Category=LongRun) projects=(tests/Integration)
            shift
            ;;
        --partitioned) export USAGE_SOAK_PARTITIONED=1 ;;
        *) rest+=("$1") ;;
        esac
        shift
    done
    if [[ -n ${USAGE_TEST_POSTGRES:-} ]]; then
        unset USAGE_TEST_DB
        USAGE_POSTGRES_BIN=$(postgres_binaries "$USAGE_TEST_POSTGRES")
        export USAGE_POSTGRES_BIN
    fi

    # Programs of seconds by the hundred: profiling them costs more than their faster code saves.
    export DOTNET_TieredPGO=0
    build tests src/Usage.Demo tests/Properties tests/Integration
    touch -r "$output/tests.built" "$output/host.built"
    [[ -n ${ConnectionStrings__Usage:-} ]] || (host install) >&2
    need_chromium
    need_linker

    local project
    for project in "${projects[@]}"; do
        run_project "$(basename "$project")" "${filter[@]}" "${rest[@]}"
    done
    local table
    for table in "${USAGE_FAULTS_TABLE:-}" "${USAGE_LONG_RUN_TABLE:-}"; do
        [[ -z $table || ! -e $table ]] || cat "$table"
    done
    echo "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0 && skipped == 0 && passed > 0))
}

# Adds to the caller's figures. A project that ends without any has failed as a whole.
run_project() {
    local log=$output/$1.log status=0
    TESTINGPLATFORM_UI_LANGUAGE=en dotnet "$output/bin/$1/release/Usage.Tests.$1.dll" --no-ansi --progress off "${@:2}" 2>&1 |
        tee "$log" || status=$?
    local succeeded bad left_out
    succeeded=$(figure succeeded "$log") bad=$(figure failed "$log") left_out=$(figure skipped "$log")
    # Exit code 8: no test matched, which is for the sum to judge.
    if ((status != 0 && status != 8 && ${bad:-0} == 0)); then
        bad=1
    fi
    passed=$((passed + ${succeeded:-0})) failed=$((failed + ${bad:-0})) skipped=$((skipped + ${left_out:-0}))
}

figure() {
    sed -nE "s/^ *$1: ([0-9]+).*/\1/p" "$2" | tail -n 1
}

run_tests "$@"
