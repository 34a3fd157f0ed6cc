# The town's ground: a process and network namespace of its own with a switch in it, and a network namespace for each
# host. Ends with its standard input; the kernel then ends everything that runs in the town, and takes the networks away.
#
# $1: the town's folder   $2...: NAME:ADDRESS of each host
set -eu
dir=$1; shift
ip link set lo up
ip link add switch type bridge
ip link set switch up
for host in "$@"; do
  name=${host%%:*}; address=${host#*:}
  # The host is this sleeping process. It writes down its number as seen from outside, which /proc still shows.
  unshare --net --mount --propagation private sh -c '
    set -eu
    ip link set lo up
    mount --bind "$1/resolv.conf" /etc/resolv.conf
    mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf
    read -r pid rest </proc/self/stat
    echo "$pid" >"$1/$2.new" && mv "$1/$2.new" "$1/$2.pid"
    exec sleep infinity' host "$dir" "$name" </dev/null &
  inside=$!
  while [ ! -e "$dir/$name.pid" ]; do kill -0 "$inside"; sleep 0.01; done
  ip link add "to-$name" type veth peer name eth0 netns "$inside"
  ip link set "to-$name" master switch up
  nsenter --net="/proc/$(cat "$dir/$name.pid")/ns/net" sh -c "ip addr add $address/24 dev eth0 && ip link set eth0 up"
done
read -r pid rest </proc/self/stat
echo "$pid" >"$dir/switch.new" && mv "$dir/switch.new" "$dir/switch.pid"
exec cat >/dev/null
