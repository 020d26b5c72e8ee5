#!/usr/bin/env bash
# Both README commands on a bare Debian 12, each in a clean clone of HEAD inside a root of its own.
# Needs root and debootstrap; carries this machine's pip, apt, npm and certificate settings along.
# `tools/fresh.sh run` tries only the one. Public logs and models are mounted when JIANCHA_CORPORA names them.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
    echo 'fresh: needs root and debootstrap (apt-get install debootstrap)' >&2
    exit 2
fi
# Mounts and processes of our own: all of them end with this script.
if [ -z "${JIANCHA_FRESH:-}" ]; then
    exec env JIANCHA_FRESH=1 unshare --mount --propagation private --pid --fork --kill-child "$0" "$@"
fi

place=$PWD/build/fresh
bare=$place/bare
packages=python3,python3-venv,make,git,ca-certificates
passed_on='^(PIP_.*|UV_.*|npm_config_.*|NPM_CONFIG_.*|[a-z]+_proxy|[A-Z]+_PROXY|SSL_CERT_.*|.*_CA_.*|PIP_CERT)$'

say() { printf 'fresh: %s\n' "$*" >&2; }

mirror() {
    local found
    found=$(grep -rhsoE '^(URIs:|deb) .*' /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources |
        grep -oE 'https?://[^ ]+' | grep -v security | head -1 || true)
    echo "${found:-http://deb.debian.org/debian}"
}

copy() { # copy ROOT PATH...: the same path inside the root, where it exists here
    local root=$1 path
    shift
    for path in "$@"; do
        [ -e "$path" ] || continue
        mkdir -p "$root$(dirname "$path")"
        rm -rf "${root:?}$path"
        cp -aL "$path" "$root$path"
    done
}

settings() {
    copy "$1" /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/auth.conf.d /etc/apt/keyrings \
        /etc/pip.conf /etc/xdg/pip /root/.config/pip /root/.pip /etc/npmrc /usr/etc/npmrc /root/.npmrc \
        /usr/local/share/ca-certificates /etc/ssl/certs /etc/resolv.conf /etc/hosts
    local file
    for file in /etc/apt/apt.conf.d/*; do
        if grep -qsE 'Acquire|Proxy' "$file"; then copy "$1" "$file"; fi
    done
}

local_sources() { # folders on this machine that its pip settings name; an index's files lie beside its "simple"
    { pip config list 2>/dev/null || true; env | grep '^PIP_' || true; } |
        grep -oE '/[A-Za-z0-9._/-]+' | sed -E 's,/+,/,g; s,/simple/?$,,' | sort -u | while read -r path; do
        if [ -d "$path" ] && [[ $path != /etc/* && $path != /usr/* ]]; then echo "$path"; fi
    done
}

share() { # share ROOT FOLDER: read-only at the same place
    mkdir -p "$1$2"
    mount --bind "$2" "$1$2"
    mount -o remount,ro,bind "$1$2"
}

make_bare() {
    [ -e "$bare/.complete" ] && return
    say "bare Debian 12 with $packages (two minutes) ..."
    rm -rf "$bare"
    debootstrap --variant=minbase --include="$packages" bookworm "$bare" "$(mirror)" >"$place/debootstrap.log" 2>&1 ||
        { tail -20 "$place/debootstrap.log" >&2; exit 1; }
    touch "$bare/.complete"
}

open_root() { # open_root NAME: a copy of the bare root with a clean clone in /srv/jiancha
    local root=$place/$1 folder
    rm -rf "$root"
    cp -a "$bare" "$root"
    settings "$root"
    git clone --quiet --no-local "$PWD" "$root/srv/jiancha"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    for folder in $(local_sources) ${JIANCHA_CORPORA:-}; do share "$root" "$folder"; done
}

close_root() {
    umount -R -l "$place/$1/proc" "$place/$1/sys" "$place/$1/dev" || true
    local folder
    for folder in $(local_sources) ${JIANCHA_CORPORA:-}; do umount -l "$place/$1$folder" || true; done
    rm -rf --one-file-system "${place:?}/$1"
}

inside() { # inside NAME COMMAND...: becomes the command, in the clone, with the machine's settings and no more of its environment
    local root=$place/$1 name
    local kept=(HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
    shift
    while read -r name; do kept+=("$name=${!name}"); done < <(compgen -e | grep -E "$passed_on")
    if [ -n "${JIANCHA_CORPORA:-}" ]; then kept+=("JIANCHA_CORPORA=$JIANCHA_CORPORA" JIANCHA_STRICT=1); fi
    exec env -i "${kept[@]}" chroot "$root" sh -c 'cd /srv/jiancha && exec "$@"' sh "$@"
}

healthy() { # healthy PORT
    python3 -c 'import sys, urllib.request as u; u.build_opener(u.ProxyHandler({})).open(sys.argv[1], timeout=5)' \
        "http://127.0.0.1:$1/health" 2>/dev/null
}

await_health() { # await_health PORT PID: true once the page answers; false when make ended or ten minutes passed
    local began=$SECONDS
    while [ $((SECONDS - began)) -lt 600 ]; do
        if healthy "$1"; then say "healthy after $((SECONDS - began)) s"; return 0; fi
        kill -0 "$2" 2>/dev/null || return 1
        sleep 1
    done
    return 1
}

try_test() { (inside test make test); }

try_run() {
    local port pid
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    inside run env "JIANCHA_PORT=$port" make run &
    pid=$!
    await_health "$port" "$pid" || { kill "$pid" 2>/dev/null; return 1; }
    # The signal goes to make itself, as a service manager would send it.
    kill -TERM "$pid"
    wait "$pid" || true
    sleep 1
    if healthy "$port"; then say 'still answers after TERM'; return 1; fi
}

mkdir -p "$place"
mount -t proc proc /proc
trap 'close_root test 2>/dev/null; close_root run 2>/dev/null' EXIT
make_bare
runs=0 failed=0
for name in ${*:-test run}; do
    say "make $name ..."
    open_root "$name"
    runs=$((runs + 1))
    if "try_$name"; then say "make $name: passed"; else say "make $name: FAILED"; failed=$((failed + 1)); fi
    close_root "$name" 2>/dev/null
done
echo "$runs runs, $failed failed"
[ "$failed" = 0 ]
