#!/bin/sh
# Run by the Dockerfiles in their build stage, with the workspace in the current folder. Makes the file systems of all
# images: /out/runtime is common to them, /out/<app> is what one has besides.
set -eu

apps='registrar dns-server log-shipper'
user=10053
runtime=/out/runtime

# A company's proxy may show certificates of an authority of its own: see README.md. Nothing of them gets into /out.
authorities=/tmp/authorities.crt
for file in docker/ca-certificates/*.crt; do
  [ ! -e "$file" ] || cat "$file" >> "$authorities"
done
[ ! -e "$authorities" ] || export NODE_EXTRA_CA_CERTS="$authorities"

has() {
  command -v "$1" > /dev/null
}

install_tools() {
  if ! has setcap || ! has tini-static || ! has strip; then
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends binutils libcap2-bin tini
  fi
  has pnpm || npm install --global "$(node --print 'require("./package.json").packageManager')"
}

# The terms of the Debian package that a file is of.
copy_terms() {
  package=$( (dpkg --search "$1" || dpkg --search "/usr$1") 2> /dev/null | head -n 1 | cut -d : -f 1)
  terms=/usr/share/doc/$package/copyright
  [ -z "$package" ] || [ ! -e "$terms" ] || install -D -m 644 "$terms" "$2$terms"
}

# Copies a program with the libraries that it is linked with below $2, to the same paths; what the runtime has is not
# copied again.
copy_program() {
  libraries=$(ldd "$1" 2> /dev/null | sed -n 's/.*=> \(\/[^ ]*\) (.*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p')
  for path in "$1" $libraries; do
    [ ! -e "$runtime$path" ] || continue
    install -D -m 755 "$path" "$2$path"
    copy_terms "$path" "$2"
  done
}

make_runtime() {
  node=$(command -v node)
  install -d -m 755 "$runtime/etc"
  install -d -m 1777 "$runtime/tmp"
  copy_program "$node" "$runtime"
  strip --strip-unneeded "$runtime$node"
  [ ! -e /usr/local/LICENSE ] || install -D -m 644 /usr/local/LICENSE "$runtime/usr/local/LICENSE"
  install -D -m 755 "$(command -v tini-static)" "$runtime/sbin/tini"
  copy_terms "$(command -v tini-static)" "$runtime"
  printf 'root:x:0:0:root:/:/sbin/nologin\nwharf:x:%s:%s:wharf:/:/sbin/nologin\n' $user $user > "$runtime/etc/passwd"
  printf 'root:x:0:\nwharf:x:%s:\n' $user > "$runtime/etc/group"
  printf 'hosts: files dns\n' > "$runtime/etc/nsswitch.conf"
}

build_apps() {
  for app in $apps; do set -- "$@" --filter-prod "@wharf/$app..."; done
  pnpm install --frozen-lockfile --filter wharf "$@"
  pnpm "$@" run build
}

# Keeps what a Node program reads at run time, and the terms of each package: no sources, types, maps, notes, tests, no
# natives for another libc, and not the lockfile's Node (the runtime has one).
prune() {
  find "$1" -name 'node-linux-*' -prune -exec rm -rf {} +
  find "$1/node_modules" \( -name test -o -name tests -o -name 'test.*' -o -name 'test-*' -o -name '*.test.*' -o -name example \
    -o -name examples -o -name bench -o -name 'benchmark*' -o -name 'bench.*' -o -name '*.bench.*' -o -name docs \
    -o -name '.[!p]*' -o -name '.package*' -o -name '.pnpm-*' -o -name 'musl_*' \
    -o -name '@types*' -o -name 'undici-types*' \) -prune -exec rm -rf {} +
  rm "$1/bin.js"
  find "$1" -type f ! \( -name '*.js' -o -name '*.cjs' -o -name '*.mjs' -o -name '*.json' -o -name '*.proto' -o -name '*.node' \
    -o -iname 'licen[cs]e*' -o -iname 'copying*' -o -iname 'notice*' \) -delete
  find "$1" -type f -exec chmod 644 {} +
  find "$1" -type d -empty -delete
}

make_app() {
  pnpm --filter "@wharf/$1" deploy --prod --legacy "/out/$1/opt/wharf"
  prune "/out/$1/opt/wharf"
}

# May listen on port 53 without being root: whoever runs setpriv may hand that one capability on.
add_port_helper() {
  copy_program "$(command -v setpriv)" /out/dns-server
  setcap cap_net_bind_service=p "/out/dns-server$(command -v setpriv)"
}

install_tools
echo '-> building the agents'
build_apps
make_runtime
for app in $apps; do
  echo "-> keeping what $app needs"
  make_app "$app"
done
add_port_helper
# A named volume takes its owner and mode from the folder that it is mounted over.
install -d -o $user -g $user -m 700 /out/dns-server/var/lib/wharf/dns-server
install -d -m 700 /out/log-shipper/var/lib/wharf/log-shipper

# The same contents give the same layers.
find /out -exec touch --no-dereference --date=@0 {} +
