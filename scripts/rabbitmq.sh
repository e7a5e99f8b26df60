#!/bin/sh
# A RabbitMQ of our own for the tests: start prints its address, stop ends it. usage: rabbitmq.sh start|stop DIR
set -eu
dir=$2/rabbitmq
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
case $1 in
start)
  mkdir -p "$dir/home"
  export HOME="$dir/home" ERL_EPMD_ADDRESS=127.0.0.1 RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_LOG_BASE="$dir/log"
  export RABBITMQ_MNESIA_BASE="$dir/data" RABBITMQ_PID_FILE="$dir/pid" RABBITMQ_CONFIG_FILE="$dir/none"
  export RABBITMQ_ENABLED_PLUGINS_FILE="$dir/plugins" RABBITMQ_NODENAME="bihuan-$$@localhost"
  ERL_EPMD_PORT=$(free_port) RABBITMQ_NODE_PORT=$(free_port) RABBITMQ_DIST_PORT=$(free_port)
  export ERL_EPMD_PORT RABBITMQ_NODE_PORT RABBITMQ_DIST_PORT
  echo "[]." > "$dir/plugins"
  echo "$ERL_EPMD_PORT" > "$dir/epmd"
  /usr/lib/rabbitmq/bin/rabbitmq-server >"$dir/out" 2>&1 </dev/null &
  for _try in $(seq 120); do
    grep -qs "Starting broker\.\.\. completed\|completed with" "$dir/out" && break
    sleep 0.5
  done
  grep -qs "completed with" "$dir/out" || { cat "$dir/out" >&2; exit 1; }
  echo "amqp://guest:guest@127.0.0.1:$RABBITMQ_NODE_PORT//" ;;
stop)
  [ -f "$dir/pid" ] && kill "$(cat "$dir/pid")" && sleep 2
  [ -f "$dir/epmd" ] && ERL_EPMD_PORT=$(cat "$dir/epmd") epmd -kill >/dev/null ;;
esac
