#!/usr/bin/env bash
# Arize Phoenix as a real receiver of OpenTelemetry spans, for tests only.
#
#   phoenix.sh start FOLDER PORT   installs it once into FOLDER/venv (855 MB), serves on 127.0.0.1:PORT
#   phoenix.sh stop FOLDER
set -euo pipefail
PIN=${AGENTFLOW_PHOENIX:-arize-phoenix==20.26.1}
PYTHON=${PYTHON:-python3}
WAIT_SECONDS=${AGENTFLOW_PHOENIX_SECONDS:-120}

fail() { echo "phoenix.sh: $*" >&2; exit 1; }

stop() {
    [ -f "$1/pid" ] || return 0
    kill -TERM -- "-$(cat "$1/pid")" 2>/dev/null || true
    rm -f "$1/pid"
}

answers() { "$1/venv/bin/python" -c "import urllib.request as r; r.urlopen('http://127.0.0.1:$2/healthz', timeout=5)" 2>/dev/null; }

start() {
    mkdir -p "$1/data"
    local folder; folder=$(cd "$1" && pwd)
    if [ "$(cat "$folder/installed" 2>/dev/null || true)" != "$PIN" ]; then
        "$PYTHON" -m venv "$folder/venv"
        "$folder/venv/bin/pip" install -q --disable-pip-version-check "$PIN" >&2
        echo "$PIN" >"$folder/installed"
    fi
    stop "$folder"
    # Its OTLP/gRPC port is bound on every interface; port 0 keeps it out of the way.
    PHOENIX_WORKING_DIR=$folder/data PHOENIX_HOST=127.0.0.1 PHOENIX_PORT=$2 PHOENIX_GRPC_PORT=0 \
    PHOENIX_TELEMETRY_ENABLED=false PHOENIX_ALLOW_EXTERNAL_RESOURCES=false \
        setsid "$folder/venv/bin/phoenix" serve </dev/null >"$folder/log" 2>&1 &
    echo $! >"$folder/pid"
    local end=$((SECONDS + WAIT_SECONDS))
    until answers "$folder" "$2"; do
        [ $SECONDS -lt $end ] || { tail -20 "$folder/log" >&2; stop "$folder"; fail "no answer on port $2"; }
        sleep 1
    done
}

case "${1:-} $#" in
    "start 3") start "$2" "$3" ;;
    "stop 2") stop "$2" ;;
    *) fail "usage: $0 start FOLDER PORT | stop FOLDER" ;;
esac
