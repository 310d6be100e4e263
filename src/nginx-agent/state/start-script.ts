/**
 * What the container of NGINX runs. The agent has no NGINX and NGINX no agent, so this is the hand that the agent has
 * there: it tests a release whose id comes through a pipe, and starts NGINX with what is current as soon as that passes.
 * Nothing in it depends on a release; only 16 hexadecimal digits get past `test_release`.
 */
export const startScript = `#!/bin/sh
# Written by mtls-operator nginx-agent at each start; changes are lost.
# Starts NGINX with the current release, and runs nginx -t where the agent asks for it.
state=$(dirname "$0")
nginx=\${NGINX_PROGRAM:-nginx}
# NGINX would take it for a list of sockets.
unset NGINX
umask 027
mkdir -p "$state/tests" "$state/temp"
"$nginx" -v 2>"$state/version.next"
mv "$state/version.next" "$state/version"
# Anew: who still reads the one before, of an NGINX that was killed, gets nothing.
rm -f "$state/ask"
mkfifo "$state/ask" || exit 1

test_release() {
  case $1 in *[!0-9a-f]* | '') return 1 ;; esac
  [ "\${#1}" -eq 16 ] || return 1
  "$nginx" -t -q -e stderr -c "$state/releases/$1/test.conf" 2>"$state/tests/$1.text"
  code=$?
  { echo "$code"; head -c 8192 "$state/tests/$1.text"; } >"$state/tests/$1.next"
  rm -f "$state/tests/$1.text"
  mv "$state/tests/$1.next" "$state/tests/$1"
  return "$code"
}

# Opened for both directions: it waits for no writer, and never meets an end.
while read -r id; do test_release "$id"; done <>"$state/ask" &

until id=$(readlink "$state/current") && test_release "\${id##*/}"; do
  [ -z "$id" ] || cat "$state/tests/\${id##*/}" >&2
  sleep 1
done
# Of an NGINX that was killed: nothing could listen there.
rm -f "$state/agent.sock"
exec "$nginx" -e stderr -c "$state/current/nginx.conf" -g 'daemon off;'
`;
