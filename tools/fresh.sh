#!/usr/bin/env bash
# Both README commands on a bare Debian 12, and what the lock promises, each in a clean clone of HEAD inside a root
# of its own: `make test`; `make run` twice, with nothing there and warm; tools/supply.py.
# Needs root and debootstrap; carries this machine's pip, apt, npm and certificate settings along.
# `tools/fresh.sh run` tries only the one. Public logs and models are mounted when JIANCHA_CORPORA names them or
# they lie beside the checkout; then no test may be skipped for want of something.
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
clone=srv/jiancha
packages=python3,python3-venv,make,git,ca-certificates
passed_on='^(PIP_.*|UV_.*|npm_config_.*|NPM_CONFIG_.*|[a-z]+_proxy|[A-Z]+_PROXY|SSL_CERT_.*|.*_CA_.*)$'
corpora=${JIANCHA_CORPORA:-}
if [ -z "$corpora" ] && [ -d ../shared/corpora ]; then corpora=../shared/corpora; fi
if [ -n "$corpora" ]; then corpora=$(realpath "$corpora"); fi

say() { printf 'fresh: %s\n' "$*" >&2; }

address() { # address PATTERN DEFAULT: the first of this machine's apt addresses that matches
    local found
    found=$(grep -rhsoE '^(URIs:|deb) .*' /etc/apt/sources.list /etc/apt/sources.list.d/ |
        grep -oE 'https?://[^ ]+' | grep -E "$1" | head -1 || true)
    echo "${found:-$2}"
}

mirror=$(address '/debian/?$' http://deb.debian.org/debian)
security=$(address '/debian-security/?$' http://deb.debian.org/debian-security)

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
    copy "$1" /etc/apt/auth.conf /etc/apt/auth.conf.d \
        /etc/pip.conf /etc/xdg/pip /root/.config/pip /root/.pip /etc/npmrc /usr/etc/npmrc /root/.npmrc \
        /usr/local/share/ca-certificates /etc/ssl/certs /etc/resolv.conf /etc/hosts
    local file
    for file in /etc/apt/apt.conf.d/*; do
        if grep -qsE 'Acquire|Proxy' "$file"; then copy "$1" "$file"; fi
    done
    # Debian's own packages only, from the mirrors of this machine: its other sources are no part of a bare Debian.
    rm -rf "$1"/etc/apt/sources.list.d/*
    cat >"$1/etc/apt/sources.list" <<SOURCES
deb $mirror bookworm main
deb $mirror bookworm-updates main
deb $security bookworm-security main
SOURCES
}

local_sources() { # folders on this machine that its pip settings name; an index's files lie beside its "simple"
    { python3 -m pip config list 2>/dev/null || true; env | grep '^PIP_' || true; } |
        grep -oE '/[A-Za-z0-9._/-]+' | sed -E 's,/+,/,g; s,/simple/?$,,' | sort -u | while read -r path; do
        if [ -d "$path" ] && [[ $path != / && $path != /etc/* && $path != /usr/* ]]; then echo "$path"; fi
    done
}

share() { # share FOLDER PLACE: read-only
    mkdir -p "$2"
    mount --bind "$1" "$2"
    mount -o remount,ro,bind "$2"
}

make_bare() {
    [ -e "$bare/.complete" ] && return
    say "bare Debian 12 with $packages (two minutes) ..."
    rm -rf "$bare"
    debootstrap --variant=minbase --include="$packages" bookworm "$bare" "$mirror" >"$place/debootstrap.log" 2>&1 ||
        { tail -20 "$place/debootstrap.log" >&2; exit 1; }
    touch "$bare/.complete"
}

open_root() { # open_root NAME: a copy of the bare root with a clean clone in it
    local root=$place/$1 folder
    close_root "$1"
    cp -a "$bare" "$root"
    settings "$root"
    git clone --quiet --no-local "$PWD" "$root/$clone"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    for folder in $(local_sources); do share "$folder" "$root$folder"; done
    # Beside the clone, where the tests look without being told.
    if [ -n "$corpora" ]; then share "$corpora" "$root/$(dirname $clone)/shared/corpora"; fi
}

mounted() { # mounted NAME: what is mounted inside that root, the innermost first
    awk -v within="$place/$1/" 'index($5, within) == 1 { print $5 }' /proc/self/mountinfo | sort -r
}

close_root() {
    mounted "$1" | xargs -r -d '\n' -n 1 umount -l
    # Nothing of this machine's may be in there when the root is removed.
    if [ -n "$(mounted "$1")" ]; then say "still mounted: $(mounted "$1")"; exit 1; fi
    rm -rf --one-file-system "${place:?}/$1"
}

inside() { # inside NAME COMMAND...: becomes the command, in the clone, with the machine's settings and no more of its environment
    local root=$place/$1 name
    local kept=(HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
    shift
    while read -r name; do kept+=("$name=${!name}"); done < <(compgen -e | grep -E "$passed_on")
    if [ -n "$corpora" ]; then kept+=(JIANCHA_STRICT=1); fi
    exec env -i "${kept[@]}" chroot "$root" sh -c "cd /$clone && exec \"\$@\"" sh "$@" </dev/null
}

left_over() { # left_over NAME: processes that still live in that root
    local process
    for process in /proc/[0-9]*; do
        if [ "$(readlink "$process/root" 2>/dev/null)" = "$place/$1" ]; then
            echo "$(basename "$process") $(tr '\0' ' ' <"$process/cmdline" 2>/dev/null | cut -c1-100)"
        fi
    done
}

gone() { # gone NAME: true when nothing lives there any more; what does is named and ended
    local found
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        found=$(left_over "$1")
        [ -n "$found" ] || return 0
        sleep 1
    done
    say "still alive: $found"
    echo "$found" | cut -d' ' -f1 | xargs -r kill -KILL 2>/dev/null || true
    return 1
}

page() { # page PORT PATH
    python3 -c 'import sys, urllib.request as u
print(u.build_opener(u.ProxyHandler({})).open(sys.argv[1], timeout=10).read().decode())' \
        "http://127.0.0.1:$1$2" 2>/dev/null
}

await_ready() { # await_ready PORT PID: true once web and worker are there; false when make ended or ten minutes passed
    local began=$SECONDS
    while [ $((SECONDS - began)) -lt 600 ]; do
        if page "$1" /ready >/dev/null; then say "ready after $((SECONDS - began)) s"; return 0; fi
        kill -0 "$2" 2>/dev/null || return 1
        sleep 0.5
    done
    return 1
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

try_test() {
    local failed=0
    (inside test make test) || failed=1
    gone test || failed=1
    return $failed
}

try_run() { # with what an earlier try left in the clone
    local port pid login failed=0
    port=$(free_port)
    (inside run env "JIANCHA_PORT=$port" make run) &
    pid=$!
    if await_ready "$port" "$pid"; then
        login=$(page "$port" /login || true)
        if ! grep -q 'id="demo-logins"' <<<"$login" || ! grep -q 'name="password" value="[^"]' <<<"$login"; then
            say 'the login page shows no demo logins'
            failed=1
        fi
    else
        say 'never became ready'
        failed=1
    fi
    # The signal goes to make itself, as a service manager would send it.
    kill -TERM "$pid" 2>/dev/null || true
    gone run || failed=1
    wait "$pid" || true
    return $failed
}

try_supply() {
    local failed=0
    (inside supply python3 tools/supply.py) || failed=1
    gone supply || failed=1
    return $failed
}

runs=0 failed=0
try() { # try NAME TITLE
    local began=$SECONDS
    say "$2 ..."
    runs=$((runs + 1))
    if "try_$1"; then
        say "$2: passed in $((SECONDS - began)) s"
    else
        say "$2: FAILED after $((SECONDS - began)) s"
        failed=$((failed + 1))
    fi
}

mkdir -p "$place"
mount -t proc proc /proc
trap 'for name in test run supply; do close_root $name; done 2>/dev/null' EXIT
# The first process of a room of its own heeds only the signals that it asks for.
trap 'exit 130' INT TERM
make_bare
say "commit $(git rev-parse --short HEAD), $([ -n "$corpora" ] && echo 'strict, with' || echo without) corpora"
for name in ${*:-supply run test}; do
    open_root "$name"
    case $name in
        run)
            try run 'make run, from nothing'
            try run 'make run, warm'
            ;;
        test) try test 'make test' ;;
        supply) try supply 'the supply chain' ;;
    esac
    close_root "$name"
done
echo "$runs runs, $failed failed"
[ "$failed" = 0 ]
