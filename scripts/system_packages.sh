#!/bin/sh
# Install what comes from Debian's packages: for `run` what PDF files need, for `test` also browser, mail server, PostgreSQL, Redis, RabbitMQ.
# usage: system_packages.sh run|test
set -eu
missing=""
want() { # file or command, package
  [ -n "$(command -v "$1" 2>/dev/null)" ] || ls $1 >/dev/null 2>&1 || missing="$missing $2"
}
want "/usr/lib/*/libpango-1.0.so.0" libpango-1.0-0
want "/usr/lib/*/libpangoft2-1.0.so.0" libpangoft2-1.0-0
want "/usr/lib/*/libharfbuzz-subset.so.0" libharfbuzz-subset0
want "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc" fonts-noto-cjk
if [ "$1" = test ]; then
  want chromium chromium
  want "/usr/lib/postgresql/*/bin/initdb" postgresql
  want dovecot dovecot-imapd
  want redis-server redis-server
  want /usr/lib/rabbitmq/bin/rabbitmq-server rabbitmq-server
  want "/usr/lib/python3.11/test/test_email/data/msg_01.txt" libpython3.11-testsuite
fi
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing$missing …"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
elif [ "$1" = run ]; then
  echo "Without$missing no PDF files can be made; everything else works. Install them as root when you can."
else
  echo "The tests need these packages, please install them as root: apt-get install$missing"
  exit 1
fi
