#!/usr/bin/env bash
# Installs the clients that people use and drives Postern with them. Fails
# loudly where a client cannot be had: nothing is skipped.
#
#   ./acceptance/run.sh                             every flow
#   ./acceptance/run.sh -v -run TestClients/browser one flow, step by step
set -euo pipefail
cd "$(dirname "$0")"
tools=${POSTERN_ACCEPTANCE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/postern-acceptance}
mkdir -p "$tools/bin"
fail() { echo "acceptance: $*" >&2; exit 1; }

# Debian packages, all in one go, each where its proof fails.
missing=()
want() { # want PACKAGE PROOF...
	local package=$1
	shift
	"$@" >/dev/null 2>&1 || missing+=("$package")
}
debian=/usr/bin/python3
wanted() {
	missing=()
	want awscli test -x /usr/bin/aws
	want jq command -v jq
	want curl command -v curl
	want openssl command -v openssl
	want nodejs command -v node
	want npm command -v npm
	want python3-boto3 "$debian" -c 'import boto3'
	want python3-websockets "$debian" -c 'import websockets'
	want chromium test -x /usr/bin/chromium
	want libnss3-tools command -v certutil
}
wanted
if [ ${#missing[@]} -gt 0 ]; then
	echo "installing ${missing[*]}"
	root=
	[ "$(id -u)" = 0 ] || root=sudo
	command -v apt-get >/dev/null || fail "needs ${missing[*]}, and this is no Debian to install them on"
	get() { $root env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" >"$tools/apt.log" 2>&1; }
	get install -y --no-install-recommends "${missing[@]}" || { get update && get install -y --no-install-recommends "${missing[@]}"; } || tail "$tools/apt.log" >&2
	wanted
	[ ${#missing[@]} -eq 0 ] || fail "cannot be installed: ${missing[*]}"
fi
[ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ] || fail "needs Node 20 or newer, as the AWS SDK does; this one is $(node --version)"

# npm packages; the stamp is written once they are all there.
cmp -s package.json "$tools/installed.json" || {
	echo "installing $(sed -n 's/^    "\(.*\)": .*/\1/p' package.json | xargs)"
	cp package.json "$tools/"
	(cd "$tools" && npm install --no-audit --no-fund --loglevel=error) || fail "the npm packages cannot be installed"
	cp package.json "$tools/installed.json"
}

# aws is the person's own AWS CLI, or Debian's; aws-debian is Debian's. One that
# is older than the variable AWS_ENDPOINT_URL gets the endpoint as a flag.
cli() { # cli NAME PROGRAM
	local endpoint=
	case $("$2" --version 2>&1) in
	aws-cli/2.[0-9].* | aws-cli/2.1[0-2].* | aws-cli/1.[0-9].* | aws-cli/1.1[0-9].* | aws-cli/1.2[0-8].*)
		endpoint='--endpoint-url "$AWS_ENDPOINT_URL"'
		;;
	esac
	printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$2" "$endpoint" >"$tools/bin/$1"
	chmod +x "$tools/bin/$1"
}
cli aws "$(pyenv which aws 2>/dev/null || command -v aws)"
cli aws-debian /usr/bin/aws
python3 -c 'import boto3' 2>/dev/null && boto=$(python3 -c 'import sys; print(sys.executable)') || boto=$debian
ln -sf "$boto" "$tools/bin/python3-boto3"
ln -sf "$debian" "$tools/bin/python3-websockets"

export PATH="$tools/bin:$tools/node_modules/.bin:$PATH" NODE_PATH="$tools/node_modules"
cat <<EOF2
clients: $(aws --version 2>&1)
         $(aws-debian --version 2>&1)
         boto3 $(python3-boto3 -c 'import boto3; print(boto3.__version__)'), websockets $(python3-websockets -c 'import websockets; print(websockets.__version__)')
         node $(node --version), wscat $(wscat --version), $(/usr/bin/chromium --version 2>/dev/null), CDK $(cdk --version)
EOF2
cd .. && exec go test -count=1 -timeout 8m -tags acceptance ./acceptance "$@"
