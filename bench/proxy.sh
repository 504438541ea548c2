#!/usr/bin/env bash
# proxy.sh [ROUNDS]: CPU per message through an HTTP_PROXY route, as a ratio to
# the smallest Go program that reads a frame, POSTs it with net/http and writes
# a frame. Both are measured in turns against one backend; see proxy/main.go.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait 2>/dev/null || true; rm -rf "$work"' EXIT
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$work/postern" ./cmd/postern
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$work/proxy" ./bench/proxy
port=${PORT:-14570}
cat >"$work/template.yaml" <<YAML
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties:
      Name: proxy
      ProtocolType: WEBSOCKET
      RouteSelectionExpression: \$request.body.action
      Tags: {_custom_id_: proxybench}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: prod, AutoDeploy: true}
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Api
      RouteKey: echo
      Target: !Sub integrations/\${Integration}
      RouteResponseSelectionExpression: \$default
  RouteResponse:
    Type: AWS::ApiGatewayV2::RouteResponse
    Properties: {ApiId: !Ref Api, RouteId: !Ref Route, RouteResponseKey: \$default}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: HTTP_PROXY
      IntegrationMethod: POST
      IntegrationUri: http://127.0.0.1:$port/
YAML
"$work/proxy" backend "127.0.0.1:$port" & pids+=($!)
"$work/proxy" minimal "127.0.0.1:$((port + 1))" "127.0.0.1:$port" & pids+=($!) minimal=$!
"$work/postern" dev "$work/template.yaml" --log-level error --listen "127.0.0.1:$((port + 2))" >"$work/out" 2>&1 & pids+=($!) postern=$!
until grep -qs Ready. "$work/out"; do
	kill -0 "$postern" || { cat "$work/out" >&2; exit 1; }
	sleep 0.05
done

measure() { # measure NAME PORT PATH PID FLAGS...
	local name=$1 at=$2 path=$3 pid=$4
	shift 4
	"$work/proxy" "$@" load "127.0.0.1:$at" "$path" "$pid" | tee -a "$work/$name" | sed "s/^/  $name: /"
}

median() { awk '{print $3}' "$work/$1" | sort -n | awk '{v[NR]=$1} END {print v[int((NR+1)/2)]}'; }

for load in ${LOADS:-"1,64" "64,64" "64,4096"}; do
	flags=(-c "${load%,*}" -size "${load#*,}" -d "${DURATION:-2s}")
	echo "## ${load%,*} connections, ${load#*,} bytes"
	rm -f "$work/minimal" "$work/postern.cpu"
	for _ in $(seq "$rounds"); do
		measure minimal $((port + 1)) / "$minimal" "${flags[@]}"
		measure postern.cpu $((port + 2)) /_aws/execute-api/proxybench/prod "$postern" "${flags[@]}"
	done
	echo "median minimal $(median minimal) us, postern $(median postern.cpu) us," \
		"ratio $(awk -v p="$(median postern.cpu)" -v m="$(median minimal)" 'BEGIN {printf "%.2f", p / m}')"
done
