#!/bin/sh
# Run by the Dockerfiles in their build stage, with the workspace in the current folder. Makes the file systems of all
# images: /out/runtime is common to them, /out/<app> is what one has besides.
set -eu

apps='registrar dns-server log-shipper'
user=10053

# A company's proxy may show certificates of an authority of its own; see README.md. Nothing of them gets into /out.
authorities=/tmp/authorities.crt
for file in docker/ca-certificates/*.crt; do
  [ ! -e "$file" ] || cat "$file" >> "$authorities"
done
[ ! -e "$authorities" ] || export NODE_EXTRA_CA_CERTS="$authorities"

has() {
  command -v "$1" > /dev/null
}

if ! has setcap || ! has tini-static || ! has strip; then
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends binutils libcap2-bin tini
fi
has pnpm || npm install --global "$(node --print 'require("./package.json").packageManager')"

# Copies a file with the libraries it is linked with, to the same paths below $2.
copy_program() {
  for path in "$1" $(ldd "$1" 2> /dev/null | sed -n 's/.*=> \(\/[^ ]*\) (.*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p'); do
    [ -e "/out/runtime$path" ] || install -D -m 755 "$path" "$2$path"
  done
}

make_runtime() {
  out=/out/runtime
  install -d -m 755 "$out/etc" "$out/usr/local/bin"
  install -d -m 1777 "$out/tmp"
  copy_program "$(command -v node)" "$out"
  strip --strip-unneeded "$out$(command -v node)"
  install -D -m 755 "$(command -v tini-static)" "$out/sbin/tini"
  printf 'root:x:0:0:root:/:/sbin/nologin\nwharf:x:%s:%s:wharf:/:/sbin/nologin\n' $user $user > "$out/etc/passwd"
  printf 'root:x:0:\nwharf:x:%s:\n' $user > "$out/etc/group"
  printf 'hosts: files dns\n' > "$out/etc/nsswitch.conf"
}

build_apps() {
  pnpm install --frozen-lockfile --filter wharf --filter '@wharf/registrar...' --filter '@wharf/dns-server...' \
    --filter '@wharf/log-shipper...'
  pnpm --filter-prod '@wharf/registrar...' --filter-prod '@wharf/dns-server...' --filter-prod '@wharf/log-shipper...' \
    run build
}

# What a Node program reads at run time: no sources, types, maps, notes, tests, and no natives of other machines.
prune() {
  rm -rf "$1/node_modules/.bin" "$1/node_modules/.modules.yaml" "$1/node_modules/.pnpm/lock.yaml" "$1/bin.js"
  find "$1" -type d \( -name test -o -name tests -o -name __tests__ -o -name .github -o -name benchmark -o -name benchmarks \
    -o -name examples -o -name docs \) -prune -exec rm -rf {} +
  find "$1" -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' -o -name '*.md' -o -name '*.markdown' \
    -o -name '*.tsbuildinfo' \) -delete
  find "$1" -type d -empty -delete
}

make_app() {
  pnpm --filter "@wharf/$1" deploy --prod --legacy "/out/$1/opt/wharf"
  prune "/out/$1/opt/wharf"
}

build_apps
make_runtime
for app in $apps; do make_app "$app"; done

# The same contents give the same layers.
find /out -exec touch --no-dereference --date=@0 {} +
