#!/bin/sh
# 在本机安装 Whistle 网关，不用网络。 / Installs the Whistle gateway on this machine, without a network.
set -eu
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)

say() { # 中文 English
  case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
    zh*) printf '%s\n' "$1" ;;
    *) printf '%s\n' "$2" ;;
  esac
}

stop() {
  say "$@" >&2
  exit 1
}

step() { # n 中文 English
  say "[$1/4] $2" "[$1/4] $3"
}

wanted=whistle
for option in "$@"; do
  case "$option" in
    --cameras) wanted="$wanted whistle-vision" ;;
    --mosquitto) wanted="$wanted mosquitto" ;;
    *)
      say "用法：./install.sh [--cameras] [--mosquitto]
  --cameras    同时安装分析摄像机画面所需的库
  --mosquitto  同时安装 MQTT 服务器（门禁、传感器走 MQTT 时用）" \
        "Usage: ./install.sh [--cameras] [--mosquitto]
  --cameras    installs what looks at cameras, too
  --mosquitto  installs an MQTT broker, too, for gates and sensors that speak MQTT"
      [ "$option" = --help ] && exit 0
      exit 2
      ;;
  esac
done

read -r version arch <"$here/BUNDLE"
[ "$(id -u)" = 0 ] || stop "请以 root 执行：sudo ./install.sh" "Please run as root: sudo ./install.sh"

step 1 "检查本机" "Looking at this machine"
system=$(. /etc/os-release && printf '%s %s' "$ID" "${VERSION_ID:-}")
[ "$system" = "debian 12" ] || stop "需要 Debian 12；本机是 $system" "Debian 12 is needed; this is $system"
machine=$(dpkg --print-architecture)
[ "$machine" = "$arch" ] || stop "此安装包用于 $arch；本机是 $machine" "This bundle is for $arch; this machine is $machine"
free=$(df -Pm /opt 2>/dev/null | awk 'END { print $4 }')
[ "${free:-0}" -ge 700 ] || stop "/opt 至少要有 700 MB 空闲；现有 ${free:-0} MB" "/opt needs 700 MB free; it has ${free:-0} MB"

step 2 "核对文件是否完整" "Checking that every file is whole"
(cd "$here" && sha256sum --quiet --check SHA256SUMS) ||
  stop "文件有损坏，请重新拷贝安装包" "Files are damaged; copy the bundle again"

step 3 "安装 whistle $version：$wanted" "Installing whistle $version: $wanted"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
ln -s "$here/packages" "$work/packages"
printf 'deb [trusted=yes] file:%s/packages ./\n' "$work" >"$work/sources.list"
# Only this folder is looked at: no list of the machine's own is asked or changed.
with_bundle() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Install-Recommends=false \
    -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0 "$@"
}
with_bundle update
# Words for names: they are packages, one by one.
# shellcheck disable=SC2086
with_bundle install --yes $wanted

step 4 "检查安装结果" "Looking at what was installed"
[ "$(whistle --version)" = "whistle $version" ] || stop "whistle 没有装好" "whistle was not installed well"
if [ -d "$here/models" ]; then
  install -d -o whistle -g whistle -m 0755 /var/lib/whistle/models
  cp -r "$here"/models/. /var/lib/whistle/models/
  chown -R whistle:whistle /var/lib/whistle/models
  say "模型已放入 /var/lib/whistle/models" "The models are in /var/lib/whistle/models"
fi
address=$(hostname -I 2>/dev/null | cut -d' ' -f1)
say "完成。下一步：
  取注册码    whistle enrol /etc/whistle/site.yaml
  打开页面    https://${address:-$(hostname)}:8443
  说明        $here/docs/install.zh-CN.md" \
  "Done. What comes next:
  a code      whistle enrol /etc/whistle/site.yaml
  the page    https://${address:-$(hostname)}:8443
  to read     $here/docs/install.md"
