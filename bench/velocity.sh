#!/usr/bin/env bash
# Mapping templates beside Apache Velocity 1.7 on a warm JVM: time per rendering
# of both and the ratio, see velocity/main.go. Arguments go there: -rounds 20.
# Velocity and its libraries come from Debian packages, which are installed if
# they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
packages=(velocity libjsonpath-java libjson-smart-java libcommons-lang-java libcommons-collections3-java)
command -v javac >/dev/null || packages+=(default-jdk-headless)
missing=()
for p in "${packages[@]}"; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
done
if [ ${#missing[@]} -gt 0 ]; then
	root=()
	[ "$(id -u)" = 0 ] || root=(sudo)
	"${root[@]}" apt-get install -y --no-install-recommends "${missing[@]}"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
classes=$work
for jar in velocity json-path json-smart accessors-smart asm commons-lang commons-collections3 slf4j-api slf4j-nop; do
	classes+=:/usr/share/java/$jar.jar
done
javac -nowarn -cp "$classes" -d "$work" internal/eval/testdata/oracle/Reference.java bench/velocity/Bench.java
go build -o "$work/velocity" ./bench/velocity
"$work/velocity" "$@" -- java -cp "$classes" Bench
