#!/bin/sh
# A Redis of our own for the tests: start prints its address, stop ends it. usage: redis.sh start|stop DIR
set -eu
pid=$2/redis.pid
case $1 in
start)
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  redis-server --port "$port" --bind 127.0.0.1 --save "" --appendonly no --daemonize yes --dir "$2" --pidfile "$pid" >/dev/null
  echo "redis://127.0.0.1:$port/0" ;;
stop)
  [ -f "$pid" ] && kill "$(cat "$pid")" ;;
esac
