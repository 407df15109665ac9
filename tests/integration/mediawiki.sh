#!/usr/bin/env bash
# A real MediaWiki (Debian's package, SQLite) as Wikipedia, for the integration tests.
#
#   mediawiki.sh start DIR PORT   install what is missing, build the wiki in DIR once, serve it on 127.0.0.1:PORT
#   mediawiki.sh stop DIR         stop the server started from DIR (the wiki stays on disk)
#
# API:   http://127.0.0.1:PORT/w/api.php        pages: http://127.0.0.1:PORT/wiki/TITLE
# Input: mediawiki/pages/*.wiki beside this script; the file's name is the page's title.
# The wiki in DIR is rebuilt only when those pages, the settings or this script change.
# Environment: WIKI_WORKERS (4), WIKI_NO_INSTALL=1 (fail rather than call apt-get), MEDIAWIKI_HOME.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
support=$here/mediawiki
mw=${MEDIAWIKI_HOME:-/usr/share/mediawiki}

die() { echo "mediawiki.sh: $*" >&2; exit 1; }

missing() {
    [ -f "$mw/api.php" ] && command -v php >/dev/null || return 0
    local m modules
    modules=$(php -m)
    for m in intl mbstring pdo_sqlite xml; do
        grep -qix "$m" <<<"$modules" || return 0
    done
    return 1
}

install_packages() {
    missing || return 0
    [ -z "${WIKI_NO_INSTALL:-}" ] || die "mediawiki or php is missing and WIKI_NO_INSTALL is set"
    [ "$(id -u)" = 0 ] || die "mediawiki or php is missing; run as root, or: apt-get install mediawiki php-cli php-sqlite3"
    # php8.2-cgi and micro-httpd satisfy the package's "php" and "httpd" dependencies without Apache
    # or any daemon; on a release with another PHP, fall back to whatever apt picks.
    local cgi micro=()
    cgi=$(apt-cache search --names-only '^php[0-9.]+-cgi$' | cut -d' ' -f1 | sort -V | tail -1)
    [ -z "$cgi" ] || micro=("$cgi" micro-httpd)
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        mediawiki php-cli php-sqlite3 "${micro[@]}" >&2
    ! missing || die "packages installed, but $mw/api.php or a PHP module is still missing"
}

stamp() {
    { cat "${BASH_SOURCE[0]}" "$mw/includes/Defines.php"
      find "$support" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sed "s#$here##"
    } | sha256sum | cut -d' ' -f1
}

build() {
    local dir=$1 want
    want=$(stamp)
    [ "$(cat "$dir/stamp" 2>/dev/null || true)" != "$want" ] || return 0
    rm -rf "$dir/data" "$dir/cache" "$dir/stamp" "$dir/LocalSettings.php"
    mkdir -p "$dir/data" "$dir/cache" "$dir/www"
    : >"$dir/build.log"
    cp "$support"/*.php "$dir/"
    ln -sfn "$mw" "$dir/www/w"
    run() { php -d memory_limit=512M "$mw/maintenance/$1" "${@:2}" >>"$dir/build.log" 2>&1 ||
            { tail -20 "$dir/build.log" >&2; die "$1 failed (see build.log)"; }; }
    # MW_CONFIG_FILE must not exist yet for install.php, and must be set for everything after it.
    export MW_CONFIG_FILE=$dir/LocalSettings.php
    run install.php --dbtype sqlite --dbname wiki --dbpath "$dir/data" --confpath "$dir" \
        --server http://127.0.0.1 --scriptpath /w --lang en --skins Vector \
        --extensions TextExtracts,PageImages \
        --pass "$(php -r 'echo bin2hex(random_bytes(16));')" "Test Wiki" Admin
    printf '\nrequire __DIR__ . "/test-settings.php";\n' >>"$dir/LocalSettings.php"
    run rebuildLocalisationCache.php --lang en
    run importTextFiles.php --user Admin --overwrite --summary import "$support"/pages/*.wiki
    run runJobs.php
    run rebuildtextindex.php
    run initSiteStats.php --update
    echo "$want" >"$dir/stamp"
}

answers() {   # PORT: does this wiki's API answer there?
    php -r '$c = stream_context_create(["http" => ["timeout" => 10]]);
            $r = @file_get_contents("http://127.0.0.1:$argv[1]/w/api.php?action=query&meta=siteinfo&format=json", false, $c);
            exit(strpos((string)$r, "\"sitename\":\"Test Wiki\"") === false ? 1 : 0);' "$1"
}

group_alive() { kill -0 -- "-$1" 2>/dev/null; }

stop() {
    local dir=$1 pid
    [ -f "$dir/server.pid" ] || return 0
    pid=$(cat "$dir/server.pid")
    # The built-in server does not end its workers when its master ends: signal the whole group.
    if [ -n "$pid" ] && group_alive "$pid"; then
        kill -TERM -- "-$pid" 2>/dev/null || true
        for _ in $(seq 50); do group_alive "$pid" || break; sleep 0.1; done
        ! group_alive "$pid" || kill -KILL -- "-$pid" 2>/dev/null || true
    fi
    rm -f "$dir/server.pid" "$dir/server.port"
}

start() {
    local dir=$1 port=$2 t0=$SECONDS pid
    case $port in ''|*[!0-9]*) die "PORT must be a number" ;; esac
    mkdir -p "$dir"; dir=$(cd "$dir" && pwd)
    exec 9>"$dir/lock"; flock 9
    install_packages
    local t1=$SECONDS
    if [ -f "$dir/server.pid" ] && [ "$(cat "$dir/server.port" 2>/dev/null)" = "$port" ] &&
       [ "$(cat "$dir/stamp" 2>/dev/null)" = "$(stamp)" ] && answers "$port"; then
        echo "already serving http://127.0.0.1:$port/w/api.php"
        return 0
    fi
    stop "$dir"
    build "$dir"
    php -r '@stream_socket_server("tcp://127.0.0.1:$argv[1]") or exit(1);' "$port" || die "port $port is taken"
    local t2=$SECONDS
    export MW_CONFIG_FILE=$dir/LocalSettings.php WIKI_PORT=$port
    PHP_CLI_SERVER_WORKERS=${WIKI_WORKERS:-4} setsid php \
        -d display_errors=stderr -d log_errors=0 -d memory_limit=256M -d opcache.validate_timestamps=0 \
        -S "127.0.0.1:$port" -t "$dir/www" "$dir/router.php" \
        </dev/null >"$dir/server.log" 2>&1 9>&- &
    pid=$!
    echo "$pid" >"$dir/server.pid"; echo "$port" >"$dir/server.port"
    for _ in $(seq 150); do
        if answers "$port"; then
            echo "serving http://127.0.0.1:$port/w/api.php (packages $((t1 - t0)) s, build $((t2 - t1)) s, start $((SECONDS - t2)) s)"
            return 0
        fi
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.2
    done
    tail -20 "$dir/server.log" >&2
    stop "$dir"
    die "the server did not answer on port $port"
}

case ${1:-} in
    start) [ $# = 3 ] || die "usage: $0 start DIR PORT"; start "$2" "$3" ;;
    stop)  [ $# = 2 ] || die "usage: $0 stop DIR"; stop "$2" ;;
    *)     die "usage: $0 start DIR PORT | stop DIR" ;;
esac
