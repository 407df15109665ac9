#!/bin/sh
# What the Dockerfile's image runs: vLLM on loopback with a key, then the app, which knows the key. Ends with either.
set -eu

# Of this container only, unless one is given: nobody else can reach the server.
: "${AGENTFLOW_API_KEY:=$(/opt/app/bin/python -c 'import secrets; print(secrets.token_urlsafe(24))')}"
export AGENTFLOW_API_KEY

/opt/vllm/bin/python serving/vllm_server.py --model "$MODEL" --name "$MODEL" --context "$CONTEXT" --port 8000 &
server=$!

until /opt/app/bin/python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=2)" 2>/dev/null; do
    kill -0 "$server" || { wait "$server"; exit 1; }
    sleep 2
done

AGENTFLOW_MODEL="openai:$MODEL@http://127.0.0.1:8000/v1" /opt/app/bin/python app.py &
page=$!

# sh has no `wait` for whichever ends first.
while kill -0 "$server" 2>/dev/null && kill -0 "$page" 2>/dev/null; do sleep 2; done
kill "$server" "$page" 2>/dev/null || true
exit 1
