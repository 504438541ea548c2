#!/usr/bin/env bash
# Installs the clients that people use and drives Postern with them. Fails
# loudly where a client cannot be had: nothing is skipped.
set -euo pipefail
cd "$(dirname "$0")"
tools=${POSTERN_ACCEPTANCE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/postern-acceptance}
mkdir -p "$tools"

need() { # need COMMAND PACKAGE: a Debian package unless the command is there
	command -v "$1" >/dev/null && return
	echo "installing $2"
	apt-get install -y -q "$2" >/dev/null || { apt-get update -q >/dev/null && apt-get install -y -q "$2" >/dev/null; }
	command -v "$1" >/dev/null || { echo "acceptance: $1 cannot be installed from the package $2" >&2; exit 1; }
}
need aws awscli
need jq jq
need node nodejs
python=python3
"$python" -c 'import boto3' 2>/dev/null || {
	need_boto() { /usr/bin/python3 -c 'import boto3' 2>/dev/null; }
	need_boto || apt-get install -y -q python3-boto3 >/dev/null || { apt-get update -q >/dev/null; apt-get install -y -q python3-boto3 >/dev/null; }
	need_boto || { echo "acceptance: boto3 cannot be installed" >&2; exit 1; }
	python=/usr/bin/python3
}
cmp -s package.json "$tools/package.json" && [ -d "$tools/node_modules" ] || {
	cp package.json "$tools/" && (cd "$tools" && npm install --no-audit --no-fund --loglevel=error)
}

# A CLI older than the AWS_ENDPOINT_URL variable gets the endpoint as a flag.
mkdir -p "$tools/bin"
real=$(command -v aws)
cat >"$tools/bin/aws" <<EOF
#!/bin/sh
case \$("$real" --version 2>&1) in
aws-cli/2.[0-9].*|aws-cli/2.1[0-2].*) exec "$real" --endpoint-url "\$AWS_ENDPOINT_URL" "\$@" ;;
esac
exec "$real" "\$@"
EOF
chmod +x "$tools/bin/aws"
ln -sf "$("$python" -c 'import sys; print(sys.executable)')" "$tools/bin/python3-boto3"
export PATH="$tools/bin:$tools/node_modules/.bin:$PATH" NODE_PATH="$tools/node_modules"
echo "clients: $(aws --version 2>&1); boto3 $(python3-boto3 -c 'import boto3; print(boto3.__version__)'); wscat $(wscat --version); node $(node --version)"
cd .. && exec go test -count=1 -tags acceptance ./acceptance "$@"
