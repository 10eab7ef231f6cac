# Sourced by demo/run, Tests/run and .ci/run: installs what is missing on a Debian or Ubuntu machine.

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
stop() { printf 'stopped: %s\n' "$*" >&2; exit 1; }

# need COMMAND-OR-FILE PACKAGE ...: installs the packages unless the command or file is there.
need() {
    local wanted=$1
    shift
    case $wanted in
        /*) [ -e "$wanted" ] && return ;;
        *) command -v "$wanted" >/dev/null 2>&1 && return ;;
    esac
    command -v apt-get >/dev/null 2>&1 ||
        stop "$wanted is missing and this is not Debian or Ubuntu: install the equivalent of '$*', then start again"
    local root=
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null 2>&1 || stop "$wanted is missing: as root, run 'apt-get install $*', then start again"
        root=sudo
    fi
    say "installing $*"
    if [ -z "${apt_updated:-}" ]; then
        $root apt-get update -qq || stop "'apt-get update' failed: is there a network?"
        apt_updated=1
    fi
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
        stop "installing '$*' failed: see above"
}

# The Swift toolchain is in no Debian release that has the version needed here.
need_swift() {
    command -v swift >/dev/null 2>&1 ||
        stop "Swift 6.2 or newer is needed: https://www.swift.org/install/linux/ shows how to get it, then start again"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    case $version in
        6.[01] | [1-5].*) stop "Swift $version is too old: 6.2 or newer is needed (https://www.swift.org/install/linux/)" ;;
        "") stop "'swift --version' does not say which version it is" ;;
    esac
}

need_library() {
    need /usr/include/ncursesw/ncurses.h libncursesw5-dev
    need /usr/include/sqlite3.h libsqlite3-dev
}
