#!/usr/bin/env bash
# run.sh [PART]: runs Postern beside the floors of the performance lab and prints
# ratios. PART is echo, idle, handshake, unloaded or start; all of them without one.
set -euo pipefail
what=${1:-all}
case $what in
all | echo | idle | handshake | unloaded | start) ;;
-h | -help | --help) sed -n '2,3s/^# //p' "$0" && exit ;;
*) echo "run.sh: there is no part $what: echo, idle, handshake, unloaded, start or all" >&2 && exit 2 ;;
esac
cd "$(dirname "$0")/.."
lab=$(realpath "${LAB:-../shared/bench}")
[ -d "$lab" ] || [ "$what" = start ] || { echo "run.sh: the performance lab is not at $lab: set LAB" >&2 && exit 2; }
rounds=${ROUNDS:-3}
duration=${DURATION:-1s}
work=${WORK:-$(mktemp -d)}
[ -n "${WORK:-}" ] || trap 'rm -rf "$work"' EXIT

prepare() {
	[ -x "$work/lab/bin/wsload" ] || [ "$what" = start ] || {
		mkdir -p "$work"
		cp -r "$lab" "$work/lab" && chmod -R u+w "$work/lab"
		mkdir -p "$work/lab/bin"
		(cd "$work/lab" && gcc -O2 -o bin/cfloor cfloor/cfloor.c && go build -o bin/wsload ./wsload &&
			go build -ldflags='-s -w' -o bin/goepoll ./srv/goepoll && go build -ldflags='-s -w' -o bin/gws ./srv/gws)
	}
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$work/postern" ./cmd/postern
}

lab() { # lab ARGUMENTS...: the lab's driver with Postern as one more server
	(cd "$work/lab" && python3 bench.py "$@" -r "$rounds" -d "$duration" -s "${SERVERS:-cfloor-ws,goepoll,gws,postern}" \
		-x "postern=$work/postern dev $work/lab/mock.yaml --log-level error --listen 127.0.0.1:{port}" \
		--path /_aws/execute-api/mockbench1/production/)
}

start() {
	echo "## start"
	stat -c 'binary %s bytes' "$work/postern"
	for _ in 1 2 3 4 5; do
		local t0 out=$work/out
		rm -f "$out"
		t0=$(date +%s%N)
		"$work/postern" serve --listen 127.0.0.1:0 >"$out" 2>&1 &
		local pid=$!
		until grep -qs Ready. "$out"; do sleep 0.002; done
		echo "ready after $((($(date +%s%N) - t0) / 1000000)) ms"
		sleep 1
		awk '/VmRSS/{print "at rest", $2, "kB resident"}' "/proc/$pid/status"
		kill "$pid" && wait "$pid" || true
	done
}

prepare
case $what in
echo | all) lab echo --pin --env GOMAXPROCS=1 ;;&
idle | all) ROUNDS=1 rounds=1 lab idle --touch -n "${CONNECTIONS:-19000}" ;;&
handshake | all) lab hs --pin --env GOMAXPROCS=1 ;;&
unloaded | all) lab echo --pin --env GOMAXPROCS=1 -c 1 --size 64 ;;&
start | all) start ;;
esac
