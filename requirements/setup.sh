# Makes .venv what the locks say. Sourced by run and check; needs $root.
# shellcheck shell=bash

say() { # 中文 English
  case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
    zh*) printf '%s\n' "$1" >&2 ;;
    *) printf '%s\n' "$2" >&2 ;;
  esac
}

stop() {
  say "$@"
  exit 1
}

# Prints the first Python that is new enough, the system's before others: a package or container runs on it, it has its
# venv package, and it is built with all optimisation, which one that was compiled at home seldom is.
find_python() {
  local candidate
  for candidate in ${PYTHON:-} "${SYSTEM_BIN:-/usr/bin}/python3" python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s\n' "$candidate"
      return
    fi
  done
}

can_make_venv() {
  "$1" -c 'import ensurepip, venv' 2>/dev/null
}

# Daemons stand in sbin, which is not on the path of an ordinary account.
has_program() {
  PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" command -v "$1" >/dev/null
}

# As root installs Debian packages; as anybody else prints the line to type. False when they are not there.
install_packages() {
  if ! command -v apt-get >/dev/null; then
    say "请先用系统的软件包管理器安装：$*" "Please install with your system's package tool: $*"
    return 1
  fi
  if [ "$(id -u)" != 0 ]; then
    say "缺少系统软件包，请执行：" "System packages are missing. Please type:"
    printf '  sudo apt-get update && sudo apt-get install -y %s\n' "$*" >&2
    return 1
  fi
  say "正在安装系统软件包：$*" "Installing system packages: $*"
  export DEBIAN_FRONTEND=noninteractive
  # Lists may be missing or old: install, else refresh them once.
  apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 && return
  apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# The Debian package that lets this Python make environments.
venv_package() {
  case "${1:-python3}" in
    */* | python3) printf 'python3-venv\n' ;;
    *) printf '%s-venv\n' "$1" ;;
  esac
}

# Sets $python. Takes the names of packages that are wanted besides, so that all are asked for at once.
need_python() {
  python=$(find_python)
  if [ -n "$python" ] && can_make_venv "$python"; then
    [ $# = 0 ] || install_packages "$@" || true
    return
  fi
  install_packages "$(venv_package "$python")" "$@" || true
  python=$(find_python)
  if [ -z "$python" ]; then
    local found
    found=$(python3 --version 2>/dev/null || true)
    stop "需要 Python 3.11 或更新版本；本机：${found:-无}" \
      "Python 3.11 or newer is needed; this machine has: ${found:-none}"
  fi
  can_make_venv "$python" || stop "$python 缺少 venv 与 ensurepip，无法创建环境" \
    "$python lacks venv and ensurepip, so no environment can be made"
}

# What .venv was made from: it is out of date as soon as one of these differs.
fingerprint() { # run|dev
  {
    printf '%s\n' "$root"
    readlink -f "$root/.venv/bin/python"
    cat "$root/pyproject.toml" "$root/requirements/build.txt" "$root/requirements/$1.txt"
  } 2>/dev/null | sha256sum
}

made_from() { # run|dev
  [ -x "$root/.venv/bin/whistle" ] && [ -x "$root/.venv/bin/python" ] &&
    [ "$(cat "$root/.venv/.made-from-$1" 2>/dev/null)" = "$(fingerprint "$1")" ]
}

# An environment that works, and stands where it was made: its scripts hold the path.
is_usable() {
  local at=$root/.venv
  "$at/bin/python" -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null &&
    grep -qF -e "VIRTUAL_ENV=$at" -e "VIRTUAL_ENV=\"$at\"" -e "VIRTUAL_ENV='$at'" "$at/bin/activate"
}

# Everything in run.txt is in dev.txt, at the same version.
is_current() { # run|dev
  made_from "$1" || { [ "$1" = run ] && made_from dev; }
}

install() {
  "$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    --no-build-isolation "$@"
}

install_lock() {
  install --use-pep517 --require-hashes -r "$root/requirements/$1.txt"
}

# Brings .venv to the lock; the build tools come first, so that nothing unpinned builds anything.
setup_environment() { # run|dev, then packages that are wanted besides
  local lock=$1
  shift
  if is_current "$lock"; then
    [ $# = 0 ] || install_packages "$@" || true
    return
  fi
  if ! is_usable; then
    need_python "$@"
    say "正在创建 Python 环境 .venv" "Making the Python environment .venv"
    rm -rf "$root/.venv"
    "$python" -m venv "$root/.venv" || stop "无法创建 .venv" "The environment .venv could not be made"
  elif [ $# -gt 0 ]; then
    install_packages "$@" || true
  fi
  rm -f "$root"/.venv/.made-from-*
  say "正在安装依赖（首次约一分钟）" "Installing dependencies (about a minute the first time)"
  if ! { install_lock build && install_lock "$lock" && install --no-deps -e "$root"; }; then
    stop "依赖安装失败；首次安装需要网络，联网后再次执行即可" \
      "Dependencies could not be installed. The first time needs a network; try again when there is one"
  fi
  fingerprint "$lock" >"$root/.venv/.made-from-$lock"
}

# With the pip of .venv: an environment without one of its own is made at once.
install_tool() { # environment lock
  "$root/.venv/bin/python" -m pip --python "$1/bin/python" install --quiet --disable-pip-version-check --no-input --no-build-isolation \
    --use-pep517 --require-hashes -r "$root/requirements/$2.txt"
}

# A program that looks at the product from outside and needs other versions of the same packages: an environment
# of its own, in .venv/NAME. Without a network there is none, and its tests say so.
setup_tool() { # NAME, as in requirements/NAME.txt
  local at=$root/.venv/$1 made
  made=$({ printf '%s\n' "$at" && cat "$root/requirements/build.txt" "$root/requirements/$1.txt"; } | sha256sum)
  [ "$(cat "$at/.made-from" 2>/dev/null)" = "$made" ] && return
  say "正在安装测试工具 $1" "Installing the test tool $1"
  rm -rf "$at"
  if "$root/.venv/bin/python" -m venv "$at" --without-pip && install_tool "$at" build && install_tool "$at" "$1"; then
    printf '%s\n' "$made" >"$at/.made-from"
  else
    say "$1 未能安装，用到它的测试将跳过" "$1 could not be installed; the tests that need it are skipped"
  fi
}

# Another version of a package, to be tested as well: a folder, .venv/NAME, that is looked into before .venv itself.
setup_other() { # NAME, as in requirements/NAME.txt
  local at=$root/.venv/$1 made
  made=$(sha256sum <"$root/requirements/$1.txt")
  [ "$(cat "$at/.made-from" 2>/dev/null)" = "$made" ] && return
  say "正在安装 $1" "Installing $1"
  rm -rf "$at"
  if install --no-deps --require-hashes --target "$at" -r "$root/requirements/$1.txt"; then
    printf '%s\n' "$made" >"$at/.made-from"
  else
    say "$1 未能安装" "$1 could not be installed"
  fi
}
