#!/bin/sh
# Runs as the first process of new user, mount, pid, ipc, uts and network namespaces, as their root. Builds the view of the file
# system that the command gets, gives up all rights over it, and runs the command.
#
#   enter.sh MOUNTPOINT ROOT HOSTNAME {ro|rw SOURCE TARGET}… -- COMMAND…
#
# ROOT has /proc, /dev, /mnt and each TARGET as folders, and hostname, umount and unshare.
set -eu
umask 022
point=$1
root=$2
name=$3
shift 3

mount --make-rprivate /
mount --bind "$root" "$point"
mount -t proc -o nosuid,nodev,noexec proc "$point/proc"
mount -t tmpfs -o mode=0755,nosuid,size=1m tmpfs "$point/dev"
for node in null zero full random urandom; do
    : > "$point/dev/$node"
    mount --bind "/dev/$node" "$point/dev/$node"
done
ln -s /proc/self/fd "$point/dev/fd"
ln -s fd/0 "$point/dev/stdin"
ln -s fd/1 "$point/dev/stdout"
ln -s fd/2 "$point/dev/stderr"
mkdir "$point/dev/shm"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$point/dev/shm"
mount -o remount,bind,ro,nosuid "$point/dev"

while [ "$1" != -- ]; do
    mount --bind "$2" "$point$3"
    if [ "$1" = ro ]; then
        mount -o remount,bind,ro,nosuid,nodev "$point$3"
    fi
    shift 3
done
shift

mount -o remount,bind,ro,nosuid,nodev "$point"
cd "$point"
pivot_root . mnt
cd /
# From here on the programs are those of the build root.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
umount -l /mnt
hostname "$name"
# In a further user namespace the command has no rights over these mounts, and is nobody's root.
exec unshare --user --map-user=1000 --map-group=1000 --mount -- "$@"
