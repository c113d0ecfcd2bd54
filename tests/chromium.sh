# The browser of the page tests, the screenshots and the benchmark of pages. Sourced; uses fail and $output of ./usage.

# Pages are opened in a real browser; CHROMIUM names another one than the system's.
need_chromium() {
    [[ -z ${CHROMIUM:-} ]] && ! command -v chromium >/dev/null || return 0
    if [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null; then
        mkdir -p "$output"
        echo "Installing chromium" >&2
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >"$output/chromium.log" 2>&1 || {
            tail -n 5 "$output/chromium.log" >&2
            fail "chromium could not be installed."
        }
    else
        fail "pages are opened in Chromium: install it (Debian, Ubuntu: apt-get install chromium), or set CHROMIUM to its path."
    fi
}
