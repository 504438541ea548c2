#!/usr/bin/env bash
# churn.sh [DURATION]: bad clients against a server of its own for that long, see
# churn/main.go. DURATION is 90s, 10m (the default) …; a plain number is seconds.
set -euo pipefail
duration=${1:-10m}
case $duration in
-*) sed -n '2,3s/^# //p' "$0" && exit ;;
*[!0-9]*) ;;
*) duration+=s ;;
esac
cd "$(dirname "$0")/.."
work=$(mktemp -d)
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$work/postern" ./cmd/postern
go build -o "$work/churn" ./bench/churn
sed 's/RouteSelectionExpression: \$request.body.action/&\n      Tags: {_custom_id_: churn}/' examples/mock/template.yaml >"$work/template.yaml"
port=${PORT:-14566}
"$work/postern" dev "$work/template.yaml" --listen "127.0.0.1:$port" --log-level error >"$work/out" 2>&1 &
pid=$!
trap 'kill $pid; wait $pid || true; rm -rf "$work"' EXIT
until grep -q Ready. "$work/out"; do sleep 0.05; done
"$work/churn" -pid "$pid" -addr "127.0.0.1:$port" -path /_aws/execute-api/churn/production -d "$duration"
