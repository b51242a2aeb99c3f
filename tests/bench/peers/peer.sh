#!/bin/sh
# SPDX-License-Identifier: MIT
# peer.sh PEER WORK - print how many microseconds an item takes there. Exits
# with 77 where the peer is not installed.
set -eu

cd "$(dirname "$0")"
have() {
	"$@" >/dev/null 2>&1 || exit 77
}

case $1 in
elixir)
	have command -v elixir
	exec elixir elixir.exs "$2"
	;;
mce)
	have perl -MMCE::Map -e 1
	exec perl mce.pl "$2"
	;;
parallel)
	have parallel --version
	exec sh commands.sh parallel -j2 /bin/true
	;;
xargs)
	have command -v xargs
	exec sh commands.sh xargs -P2 -n1 /bin/true
	;;
python)
	have python3 -c 'import concurrent.futures, multiprocessing'
	exec python3 python.py "$2"
	;;
esac
exit 2
