#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test-doctor.sh - tine doctor finds what is taken away from it, says what that
# means, and leaves no process behind.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TINE_DIR="$work/boards"
tine=$top_builddir/tools/tine
alone=./tool/alone

fail() {
	echo "FAIL: $*"
	cat "$work/out"
	exit 1
}

# doctor STATUS ARG... - and all it printed
doctor() {
	wanted=$1 status=0
	shift
	"$alone" $denied "$tine" doctor "$@" >"$work/out" 2>&1 || status=$?
	[ "$status" = "$wanted" ] || fail "status $status, not $wanted: $*"
}

# says CHECK VERDICT [WORDS]
says() {
	grep -q "^$1  *$2  .*${3-}" "$work/out" || fail "$1 is not $2 ${3-}"
}

denied=
doctor 0 --json
if command -v python3 >/dev/null; then
	python3 "$srcdir/tool/valid.py" "$top_srcdir/doc/schema/doctor.json" \
		<"$work/out" || [ $? = 77 ] || fail 'the schema is not kept'
fi
grep -o '"check": "[a-z-]*"' "$work/out" | sort | uniq -d >"$work/twice"
[ ! -s "$work/twice" ] || fail 'a check is made twice'
[ ! -e "$TINE_DIR" ] || fail 'the doctor itself is to be seen'

# Each named alone is the same as all of them.
doctor 0
cp "$work/out" "$work/all"
for name in version task pool supervisor pidfd memfd fork rundir; do
	doctor 0 "$name"
	says "$name" "[a-z]*"
	grep -q "^$name " "$work/all" || fail "$name is not among all"
done
doctor 2 nofiel
grep -q "did you mean 'nofile'" "$work/out" || fail 'no name is near'

# What a filter refuses, the library does in another way; not without memfd.
filtered() {
	denied="-d $1"
	status=0
	"$alone" $denied true || status=$?
	[ $status != 77 ] || echo "no filter can be had: $1 is skipped"
	return $status
}
if filtered pidfd_open; then
	doctor 0 pidfd reap task pool supervisor
	says pidfd note 'not permitted'
	says reap note sigchld
	says task ok
	says supervisor ok
	grep -q 'Remedy: Linux 5.4' "$work/out" || fail 'there is no remedy'
fi
if filtered close_range; then
	doctor 0 close-range task
	says close-range note
	says task ok
fi
if filtered timer_create; then
	doctor 0 cpu-timer
	says cpu-timer note
fi
if filtered unshare; then
	doctor 0 user-namespace pid-namespace
	says user-namespace note
	says pid-namespace note
fi
if filtered memfd_create; then
	doctor 1 memfd task close-range seccomp
	says memfd bad 'not permitted'
	says task bad
	says close-range note 'not known'
	says seccomp note 'a filter'
fi
denied=

# Limits: of those that are set here, so that a child has them.
(ulimit -n 64 && doctor 0 nofile task && says nofile note '64 descriptors' &&
	says task ok)
(ulimit -f 100 && doctor 1 fsize task && says fsize bad && says task bad)
(ulimit -f 40000 && doctor 0 fsize task && says fsize note && says task ok)
(ulimit -c 0 && doctor 0 core && says core note)

# What the library is told.
TINE_REAP=sigchld doctor 0 reap task
says reap note 'as TINE_REAP says'
TINE_REAP=nonsense doctor 1 reap task
says reap bad
TINE_GUARD=nonsense doctor 1 guard
says guard bad
TINE_GUARD=warden doctor 0 guard
says guard note

# Where boards are.
doctor 0 rundir
says rundir ok 'to be made'
mkdir -m 700 "$TINE_DIR"
doctor 0 rundir
says rundir ok free
chmod 750 "$TINE_DIR"
doctor 0 rundir
says rundir note 'mode 750'
rmdir "$TINE_DIR"
ln -s . "$TINE_DIR"
doctor 0 rundir
says rundir note 'is a link'
rm "$TINE_DIR"
: >"$TINE_DIR"
doctor 0 rundir
says rundir note 'no directory'
TINE_DIR=where doctor 0 rundir
says rundir note 'relative'
TINE_DIR=$work/no/where doctor 0 rundir
says rundir note 'cannot be made'
if [ "$(id -u)" = 0 ]; then
	rm "$TINE_DIR"
	mkdir -m 700 "$TINE_DIR"
	chown 65534 "$TINE_DIR"
	doctor 0 rundir
	says rundir note 'belongs to user 65534'
fi

status=0
"$alone" "$tine" doctor task >/dev/full 2>"$work/out" || status=$?
[ "$status" = 1 ] || fail 'a full disk goes unnoticed'
