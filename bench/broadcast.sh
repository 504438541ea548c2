#!/usr/bin/env bash
# broadcast.sh [ARGUMENTS]: one payload to 10,000 connections through
# @connections, see broadcast/main.go. The server has one processor to itself
# where the machine has two. With STRICT=1 it verifies the signature of each
# request.
set -euo pipefail
case ${1:-} in
-h | -help | --help)
	sed -n '2,5s/^# //p' "$0"
	exec go run "$(dirname "$0")/broadcast" -help
	;;
esac
cd "$(dirname "$0")/.."
work=$(mktemp -d)
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$work/postern" ./cmd/postern
go build -o "$work/broadcast" ./bench/broadcast
port=${PORT:-14567}
strict=() sign=()
if [ -n "${STRICT:-}" ]; then
	printf '[bench]\naws_access_key_id = AKIABENCH\naws_secret_access_key = bench-secret\n' >"$work/credentials"
	strict=(--auth strict --credentials "$work/credentials") sign=(-sign AKIABENCH:bench-secret)
fi
ulimit -n 30000 2>/dev/null || true
GOMAXPROCS=1 "$work/postern" dev bench/broadcast/template.yaml --listen "127.0.0.1:$port" --log-level error "${strict[@]}" >"$work/out" 2>&1 &
pid=$!
trap 'kill $pid; wait $pid || true; rm -rf "$work"' EXIT
until grep -q Ready. "$work/out"; do sleep 0.05; done
"$work/broadcast" -pid "$pid" -addr "127.0.0.1:$port" -path /_aws/execute-api/broadcast/production "${sign[@]}" "$@"
