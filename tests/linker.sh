# The linker of native code, to which the tests compile the engine. Sourced; uses fail and $output of ./usage.

need_linker() {
    { command -v clang || command -v gcc; } >/dev/null && [[ $OSTYPE != linux* || -e /usr/include/zlib.h ]] && return
    [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null ||
        fail "native code is linked by clang or gcc, with zlib: install them (Debian, Ubuntu: apt-get install clang zlib1g-dev)."
    mkdir -p "$output"
    echo "Installing clang and zlib1g-dev" >&2
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends clang zlib1g-dev; } >"$output/linker.log" 2>&1 || {
        tail -n 5 "$output/linker.log" >&2
        fail "clang and zlib1g-dev could not be installed."
    }
}
