#!/bin/sh
# SPDX-License-Identifier: MIT
# consumer.sh - a project of somebody else's, with a configure.ac of its own,
# builds the README's program against what `make install` puts into DESTDIR,
# with the shared library and with the static one, and it does what it says.
# What the header defines is there in C++, too, if there is a compiler for that.
set -eu

case "${SANITIZE_CFLAGS-}" in
?*)
	echo 'a library under sanitizers is not for others: skipped'
	exit 77
	;;
esac
for tool in autoreconf pkg-config make; do
	command -v $tool >/dev/null || {
		echo "$tool is not here: skipped"
		exit 77
	}
done

top_builddir=$(cd "$top_builddir" && pwd)
top_srcdir=$(cd "$top_srcdir" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR TINE_REAP

make -C "$top_builddir/lib" install DESTDIR="$work/root" >"$work/install.log" 2>&1
pc=$(find "$work/root" -name tine.pc)
export PKG_CONFIG_PATH="${pc%/tine.pc}"
export PKG_CONFIG_SYSROOT_DIR="$work/root"

mkdir "$work/consumer"
cd "$work/consumer"
awk '/^\t#include/ { on = 1 } on && /^[^\t]/ { exit } on { sub(/^\t/, ""); print }' \
	"$top_srcdir/README" >pages.c
test "$(wc -l <pages.c)" -le 40
cat >configure.ac <<'END'
AC_INIT([pages], [1])
AM_INIT_AUTOMAKE([foreign])
AC_PROG_CC
PKG_CHECK_MODULES([TINE], [tine >= 0.1])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
END
cat >Makefile.am <<'END'
bin_PROGRAMS = pages
pages_SOURCES = pages.c
pages_CFLAGS = $(TINE_CFLAGS) -Wall -Wextra -Werror
pages_LDADD = $(TINE_LIBS)
END
autoreconf --install >autoreconf.log 2>&1

# The library stands where no loader looks for it, since it is in DESTDIR.
LD_LIBRARY_PATH="${PKG_CONFIG_PATH%/pkgconfig}"
export LD_LIBRARY_PATH

awk '/^and prints:/ { on = 1; next } on && /^[^\t]/ { exit } on && NF { sub(/^\t/, ""); print }' \
	"$top_srcdir/README" >expected

./configure -q >configure.log 2>&1
make -s >make.log 2>&1 || { cat make.log; exit 1; }
ldd ./pages | grep -q "$work/root.*libtine"
./pages >shared
diff expected shared

make -s clean
libs=$(pkg-config --static --libs tine | sed 's/-ltine/-l:libtine.a/')
make -s TINE_LIBS="$libs" >make.log 2>&1 || { cat make.log; exit 1; }
if ldd ./pages | grep -q libtine; then
	exit 1
fi
./pages >static
diff expected static

command -v c++ >/dev/null || exit 0
{
	echo '#include <tine.h>'
	echo 'static const int all[] = {'
	sed -n 's/^\t\t*\(TINE_[A-Z_]*\).*/\1,/p' "$top_srcdir/lib/tine.h"
	echo '};'
	echo 'int main() { return all[0]; }'
} >all.cc
# shellcheck disable=SC2046
c++ $(pkg-config --cflags tine) -Wall -Wextra -Werror -fsyntax-only all.cc
