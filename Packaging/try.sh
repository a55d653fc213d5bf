#!/usr/bin/env bash
# Tries what `make dist` has packed: lintian, the SPDX validator, and the Debian package in a clean root,
# where it is installed, used and removed without a trace. Needs root, debootstrap, lintian and spdx-tools.
#
#   Packaging/try.sh dist
set -euo pipefail
dist=$(cd "$1" && pwd)
deb=$(echo "$dist"/*.deb)
spdx=$(echo "$dist"/*.spdx.json)

(cd "$dist" && sha256sum --quiet -c SHA256SUMS)
echo "checksums: as listed"
if command -v lintian >/dev/null; then
  lintian --allow-root --fail-on error,warning "$deb"
  echo "lintian: silent"
fi
if command -v pyspdxtools >/dev/null; then
  pyspdxtools -i "$spdx"
  echo "SPDX: valid"
fi
if command -v ruby >/dev/null; then
  ruby -c "$dist/flexsh.rb" >/dev/null
  echo "formula: it is Ruby"
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=bash-completion,man-db,libedit2,libstdc++6 bookworm "$root" >"$root.log" 2>&1 ||
  { tail "$root.log" >&2; exit 1; }
list() { (cd "$root" && find . -xdev \( -path ./proc -o -path ./var/cache -o -path ./var/log \
  -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./tmp \) -prune -o -print | sort); }
list >"$root.before"
cp "$deb" "$root/tmp/"
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }
inside dpkg -i "/tmp/$(basename "$deb")"
inside flexsh --version
inside flexsh run --simulate --no-journal /usr/share/doc/flexsh/examples/shift-end.flex
inside sh -c 'test -n "$(flexsh ---complete bash "flexsh ru")"'
inside sh -c 'zcat /usr/share/man/man1/flexsh-run.1.gz | head -1'
inside dpkg -r flexsh
inside dpkg -P flexsh
list >"$root.after"
diff "$root.before" "$root.after"
echo "the package: installed, used, removed without a trace"

# The archive needs nothing but glibc.
archive=$(echo "$dist"/flexsh-*-linux-*.tar.gz)
tar -xzf "$archive" -C "$root/tmp"
inside sh -c '/tmp/flexsh-*/bin/flexsh check /tmp/flexsh-*/examples/*.flex'
echo "the archive: runs"
