# shellcheck shell=bash
# The rows of the tables: what is built, and how it is measured. Sourced by run, which sets the names used here.
# shellcheck disable=SC2154

note() { printf '%s\n' "$*" >>"$notes"; }

# record KEY LABEL WALL CPU RSS_KB BYTES: one measurement; - for what was not measured.
record() { (IFS=$'\t' && printf '%s\n' "$*") >>"$results"; }

# measure KEY LABEL COMMAND...: runs it and leaves its seconds, processor seconds and peak RSS in $wall, $cpu and $rss. RSS is
# that of the largest process where there are several.
measure() {
    local key=$1 label=$2
    shift 2
    printf '  %s … ' "$label" >&2
    "$bin/time" -q -o "$work/time" -f '%e %U %S %M' "$@" >"$work/log" 2>&1 || {
        echo failed >&2
        tail -n 20 "$work/log" >&2
        return 1
    }
    local user system
    read -r wall user system rss <"$work/time"
    cpu=$(awk -v u="$user" -v s="$system" 'BEGIN { printf "%.2f", u + s }')
    printf '%s s\n' "$wall" >&2
}

# build_native KEY LABEL SUITE OPTION...: the chain with the suite's mkfs.erofs.
build_native() {
    local key=$1 label=$2 suite=$3 out=$work/native
    shift 3
    rm -rf "$out"
    measure "$key" "$label" "$here/native" "$work/input" "$out" "$cache/$suite/bin/mkfs.erofs" "$@" ||
        die "the native chain failed"
    record "$key" "$label" "$wall" "$cpu" "$rss" "$(stat -c %s "$out/root")"
    record "$key-mkfs" "  of that mkfs.erofs" "$(awk '$1 == "mkfs.erofs" { print $2 }' "$out/steps")" - - -
    cp "$out/steps" "$work/$key.steps"
    rm -rf "$out"
}

# caisson COMMAND VARIANT STORE OUTPUT: the tool with the local mirror and keys of its own.
caisson() {
    "$tool" "$1" "$2" --locked --arch "$architecture" --cache "$3" --output "$4" --keys "$work/keys" --progress none \
        "${mirrors[@]}"
}

# build_caisson KEY LABEL VARIANT STORE OUTPUT
build_caisson() {
    local key=$1 label=$2 variant=$3 store=$4 output=$5 size
    measure "$key" "$label" "$tool" build "$work/variants/$variant" --locked --arch "$architecture" --cache "$store" \
        --output "$output" --keys "$work/keys" --progress none "${mirrors[@]}" || die "Caisson's build failed"
    size=$(stat -c %s "$output/$variant/$architecture"/*.root.erofs)
    record "$key" "$label" "$wall" "$cpu" "$rss" "$size"
}

# cold KEY LABEL VARIANT: with an empty store; packages come from the local mirror and are checked and stored.
cold() {
    rm -rf "$work/store-cold" "$work/out-cold"
    build_caisson "$1" "$2" "$3" "$work/store-cold" "$work/out-cold"
    rm -rf "$work/out-cold"
}

# fork NAME BASE: a variant that extends another one by what comes on standard input, with the same packages.
fork() {
    mkdir -p "$work/variants/$1"
    {
        printf 'schema: 1\nname: %s\nextends: [../%s]\n' "$1" "$2"
        cat
    } >"$work/variants/$1/variant.yaml"
    cp "$cache/mirror/locks/$2.lock" "$work/variants/$1/caisson.lock"
}

# The list of a tree: each path with its type and what it holds.
tree_list() {
    (
        cd "$1" || exit
        find . -mindepth 1 -type f -print0 | xargs -0 sha256sum -z | tr '\0' '\n' |
            sed -E 's/^([0-9a-f]{64})  (.*)/\2\tf\t\1/'
        find . -mindepth 1 ! -type f -printf '%p\t%y\t%l\n'
    ) | LC_ALL=C sort
}

# The variants that are built, beside copies of the repository's own.
prepare_variants() {
    local name
    mkdir -p "$work/keys" "$work/variants" "$work/input"
    cp -r "$root"/variants/. "$work/variants"
    cp -r "$here/large" "$work/variants/large"
    rm -f "$work"/variants/*/caisson.lock
    for name in container-host container-host-dev "$content"; do
        cp "$cache/mirror/locks/$name.lock" "$work/variants/$name/caisson.lock"
    done
    fork lz4hc12 "$content" <<<'filesystem: {compression: lz4hc, level: 12}'
    fork lz4hc9 "$content" <<<'filesystem: {compression: lz4hc, level: 9}'
    fork zstd15 "$content" <<<'filesystem: {compression: zstd, level: 15}'
    # base-files first: it has the links of the merged /usr.
    locked_files "$work/variants/$content/caisson.lock" debian |
        awk -v folder="$cache/mirror/debian" '{ print folder "/" $1 }' >"$work/debs"
    locked_files "$work/variants/$content/caisson.lock" security |
        awk -v folder="$cache/mirror/security" '{ print folder "/" $1 }' >>"$work/debs"
    { grep /base-files_ "$work/debs" && grep -v /base-files_ "$work/debs"; } >"$work/input/packages"
}

# What the native chain starts from: the package files; and the difference between their trees and Caisson's image, so that both
# chains make file systems of the same content. What Caisson generates costs the native chain nothing.
prepare_input() {
    local input=$work/input image reference=$work/reference tree=$work/tree file
    say "preparing: a first build, and what the native chain needs to make the same tree"
    caisson build "$work/variants/lz4hc9" "$work/store-first" "$work/out-first" >"$work/log" 2>&1 || {
        tail -n 20 "$work/log" >&2
        die "the first build failed; when packages have disappeared, start again with --fresh"
    }
    image=$work/out-first/lz4hc9/$architecture
    mkdir "$tree"
    while read -r file; do
        dpkg-deb -x "$file" "$tree"
    done <"$input/packages"
    note "the packages are $(du -sm "$tree" | cut -f1) MB unpacked"
    "$bin/fsck.erofs" --extract="$reference" "$(echo "$image"/*.root.erofs)" >"$work/log" 2>&1 ||
        die "fsck.erofs cannot unpack Caisson's root: $(tail -n 1 "$work/log")"
    tree_list "$tree" >"$work/list-tree"
    tree_list "$reference" >"$work/list-reference"
    # Links come back as they are listed: a path that changes its type has to go first.
    LC_ALL=C comm -23 <(cut -f1,2 "$work/list-tree" | LC_ALL=C sort) <(cut -f1,2 "$work/list-reference" | LC_ALL=C sort) |
        cut -f1 >"$input/absent"
    LC_ALL=C comm -13 "$work/list-tree" "$work/list-reference" | cut -f1 >"$work/besides"
    tar -C "$reference" --no-recursion -cf "$input/overlay.tar" -T "$work/besides"
    (cd "$tree" && xargs -a "$input/absent" -d '\n' rm -rf --)
    tar -C "$tree" -xpf "$input/overlay.tar"
    tree_list "$tree" | diff - "$work/list-reference" >"$work/log" ||
        die "the native chain's tree is not what Caisson's image holds:" "$(head -n 5 "$work/log")"
    rm -rf "$tree"
    "$bin/objcopy" -O binary --only-section=.initrd "$(echo "$image"/*.unsigned.efi)" "$input/initrd"
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=benchmark/ -days 1 -keyout "$input/db.key" -out "$input/db.pem" 2>/dev/null
    ln -s "$bin" "$input/bin"
    if ! wanted loops; then
        rm -rf "$reference"
    fi
    rm -rf "$work/out-first" "$work/store-first"
}

# Cold builds of both chains, in turn.
row_native() {
    local workers
    workers=--workers=$(nproc)
    if [ -z "$quick" ]; then
        build_native native-12 "native chain, erofs-utils 1.8, lz4hc,12" trixie -zlz4hc,12 -C262144 "$workers"
        cold cold-12 "Caisson cold, lz4hc 12" lz4hc12
    fi
    build_native native-9 "native chain, erofs-utils 1.8, lz4hc,9" trixie -zlz4hc,9 -C262144 "$workers"
    cold cold-9 "Caisson cold, lz4hc 9" lz4hc9
    cold cold-default "Caisson cold, default compression" "$content"
    if [ "$run" = 1 ] && [ -z "$quick" ]; then
        build_native native-old-9 "native chain, erofs-utils 1.5, lz4hc,9" bookworm -zlz4hc,9 -C262144
        build_native native-old-12 "native chain, erofs-utils 1.5, lz4hc,12" bookworm -zlz4hc,12 -C262144
    fi
}

row_zstd() {
    [ "$run" != 1 ] || build_native native-zstd "native chain, erofs-utils 1.8, zstd level 15" trixie -zzstd,level=15 -C262144 \
        "--workers=$(nproc)"
    cold cold-zstd "Caisson cold, zstd 15" zstd15
}

# changed_package NAME: a rebuilt package in the mirror and in the variant's lock. Every program and library in it differs.
changed_package() {
    local name=$1 lock=$work/variants/changed/caisson.lock path repository folder=$work/changed file
    read -r path repository < <("$bin/jq" -r --arg arch "$architecture" --arg name "$name" \
        '.architectures[$arch].packages[] | select(.name == $name) | .path + " " + .repository' "$cache/mirror/locks/container-host.lock")
    [ -n "$path" ] || die "container-host has no package $name"
    rm -rf "$folder"
    dpkg-deb -R "$cache/mirror/${repository/debian-security/security}/$path" "$folder"
    while IFS= read -r -d '' file; do
        if [ "$(head -c 4 "$file" | tail -c 3 | tr -d '\0')" = ELF ]; then
            printf 'benchmark %s %s' "$run" "$EPOCHREALTIME" >>"$file"
        fi
    done < <(find "$folder" -path "$folder/DEBIAN" -prune -o -type f -size +4k -print0)
    sed -i -E "s/^(Version: .*)/\1+benchmark$run/" "$folder/DEBIAN/control"
    mkdir -p "$work/changed-pool/pool"
    file=$work/changed-pool/pool/$name-$run.deb
    dpkg-deb --root-owner-group -Zxz -z1 -b "$folder" "$file" >/dev/null
    rm -rf "$folder"
    "$bin/jq" --arg arch "$architecture" --arg name "$name" --arg path "pool/$name-$run.deb" \
        --argjson size "$(stat -c %s "$file")" --arg digest "$(sha256sum "$file" | cut -c -64)" \
        '(.architectures[$arch].packages[] | select(.name == $name)) |= (.path = $path | .size = $size | .sha256 = $digest | .repository = "debian")' \
        "$cache/mirror/locks/container-host.lock" >"$lock"
}

# Builds over a store that holds the last one. The mirror for the changed package has nothing else: all the rest must come from
# the store.
row_warm() {
    local store=$work/store-warm out=$work/out-warm name manifest
    rm -rf "$store" "$out"
    fork changed container-host <<<''
    caisson build "$work/variants/changed" "$store" "$out" >"$work/log" 2>&1 || die "the build before the warm ones failed"
    build_caisson nothing "Caisson, nothing changed" changed "$store" "$out"
    for name in libc6 containerd; do
        changed_package "$name"
        (
            mirrors=(--mirror "debian=file://$work/changed-pool" --mirror "debian-security=file://$work/changed-pool")
            build_caisson "changed-$name" "Caisson, package $name changed" changed "$store" "$out"
        )
        cp "$cache/mirror/locks/container-host.lock" "$work/variants/changed/caisson.lock"
        caisson build "$work/variants/changed" "$store" "$out" >"$work/log" 2>&1 || die "the build between warm ones failed"
    done
    manifest=$work/variants/changed/variant.yaml
    cp "$manifest" "$work/manifest"
    printf 'files: [{path: /etc/benchmark, content: "%s"}]\n' "$EPOCHREALTIME" >>"$manifest"
    build_caisson changed-file "Caisson, a file of the manifest changed" changed "$store" "$out"
    cp "$work/manifest" "$manifest"
    printf 'units: {mask: [benchmark-%s.service]}\n' "$run" >>"$manifest"
    build_caisson changed-unit "Caisson, a unit of the manifest changed" changed "$store" "$out"
    cp "$work/manifest" "$manifest"
    printf 'kernel: {parameters: [benchmark.%s=1]}\n' "$run" >>"$manifest"
    build_caisson changed-parameter "Caisson, a kernel parameter changed" changed "$store" "$out"
    rm -rf "$store" "$out" "$work/changed-pool"
}

# The second variant, with nothing and with the first one's store.
row_variant() {
    local store=$work/store-shared out=$work/out-shared
    cold cold-dev "Caisson cold, container-host-dev" container-host-dev
    rm -rf "$store" "$out"
    caisson build "$work/variants/container-host" "$store" "$out" >"$work/log" 2>&1 || die "the first variant's build failed"
    build_caisson shared-dev "Caisson, container-host-dev after container-host" container-host-dev "$store" "$out"
    rm -rf "$store" "$out" "$work/store-cold"
}

# Resolving: with nothing parsed yet, and with what the first run left.
row_resolve() {
    local store=$work/store-resolve apt=$work/apt requests=() state
    mapfile -t requests < <(requested_packages)
    rm -rf "$store" "$apt"
    private_apt "$apt" "file:$cache/mirror/debian trixie main" "file:$cache/mirror/debian trixie-updates main" \
        "file:$cache/mirror/security trixie-security main"
    # apt-get update has left the cache; a simulation does not write one.
    for state in built "not built"; do
        [ "$state" = built ] || rm -f "$apt"/*.bin
        measure apt "apt-get -s, cache $state" env "APT_CONFIG=$apt/apt.conf" apt-get -s -q install "${requests[@]}" ||
            die "apt-get -s failed"
        record "apt-${state/ /-}" "apt-get -s, cache $state" "$wall" "$cpu" "$rss" -
    done
    for state in cold warm; do
        measure "resolve-$state" "Caisson resolve, $state" "$tool" resolve "$work/variants/container-host" --arch "$architecture" \
            --cache "$store" --progress none "${mirrors[@]}" || die "caisson resolve failed"
        record "resolve-$state" "Caisson resolve, $state" "$wall" "$cpu" "$rss" -
    done
    rm -rf "$store" "$apt"
}

# growth_packages: for each large package of container-host a copy number N below other names and with other bytes.
growth_packages() {
    local pool=$cache/growth number file name folder=$work/growth
    [ ! -e "$pool/stamp" ] || return 0
    say "making the packages of the growth rows"
    rm -rf "$pool"
    mkdir -p "$pool/pool"
    while read -r file; do
        [ "$(stat -c %s "$file")" -gt 200000 ] || continue
        name=$(basename "$file" | cut -d_ -f1)
        for number in 1 2 3; do
            rm -rf "$folder"
            mkdir -p "$folder/DEBIAN" "$folder/usr/lib/growth/$number"
            printf 'Package: growth-%s-%s\nVersion: 1\nArchitecture: all\nMaintainer: benchmark\nDescription: copy\n' \
                "$number" "$name" >"$folder/DEBIAN/control"
            dpkg-deb -x "$file" "$folder/usr/lib/growth/$number/$name"
            # Bytes move by a few, so that nothing is found twice.
            find "$folder/usr/lib/growth" -type f -size +0 -exec env LC_ALL=C sed -i -z "1s/^/growth $number $name/" {} +
            dpkg-deb --root-owner-group -Zxz -z1 -b "$folder" "$pool/pool/$number-$name.deb" >/dev/null
        done
    done <"$work/input/packages"
    rm -rf "$folder"
    touch "$pool/stamp"
}

# Builds of one, two and four times the content.
row_growth() {
    local times file number entries=$work/entries lock pool=$work/growth-pool
    growth_packages
    mkdir -p "$pool/debian"
    ln -sfn "$cache/mirror/debian/pool" "$pool/debian/pool"
    ln -sfn "$cache/growth/pool" "$pool/debian/growth"
    for times in 1 2 4; do
        fork "growth$times" container-host <<<'budget: {image-size: 8GiB, packages: 2000, setuid-files: 500}'
        lock=$work/variants/growth$times/caisson.lock
        for file in "$cache"/growth/pool/*.deb; do
            number=$(basename "$file" | cut -d- -f1)
            [ "$number" -lt "$times" ] || continue
            printf '%s %s %s\n' "$(basename "$file" .deb)" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -c -64)"
        done >"$entries"
        "$bin/jq" --arg arch "$architecture" --rawfile entries "$entries" '.architectures[$arch].packages += [
            $entries | split("\n")[] | select(. != "") | split(" ") | {name: ("growth-" + .[0]), version: "1", architecture: "all",
            repository: "debian", path: ("growth/" + .[0] + ".deb"), size: (.[1] | tonumber), sha256: .[2],
            source: ("growth-" + .[0]), sourceVersion: "1", reason: "growth"}] | .architectures[$arch].packages |= sort_by(.name)' \
            "$cache/mirror/locks/container-host.lock" >"$lock"
        (
            mirrors=(--mirror "debian=file://$pool/debian" --mirror "debian-security=file://$cache/mirror/security")
            cold "growth-$times" "Caisson cold, ${times}x content" "growth$times"
        )
    done
    rm -rf "$pool" "$work/store-cold"
}

# mkosi in an unpacked trixie, with its package cache filled by a run that does not count.
row_mkosi() {
    local folder=$work/mkosi enter=() options packages
    [ "$run" = 1 ] || return 0
    rm -rf "$folder"
    mkdir -p "$folder"/{conf,out,packages,space,incremental}
    cp -r "$here"/mkosi/mkosi.* "$folder/conf/"
    cp "$work/input/initrd" "$folder/initrd"
    packages=$(requested_packages | paste -sd, -)
    options=(--force --local-mirror=file:///bench/pool --package="$packages" --initrd=/bench/initrd
        --output-directory=/bench/out --package-cache-directory=/bench/packages --workspace-directory=/bench/space)
    enter=(unshare --mount --propagation private)
    [ "$(id -u)" = 0 ] || enter=(unshare --map-root-user --map-auto --mount --propagation private)
    enter+=("$here/mkosi/enclosed" "$cache/trixie/root" "$folder" "$cache/mkosi-pool" mkosi "${options[@]}")
    printf '  mkosi, filling its package cache\n' >&2
    if ! "${enter[@]}" build >"$folder/log" 2>&1; then
        record mkosi "mkosi 25, lz4hc 12 in 4 KiB clusters: could not run" - - - -
        note "mkosi could not run here: $(grep -E '(error|Error|denied|not permitted|failed)' "$folder/log" | tail -n 1 | cut -c -200)"
        rm -rf "$folder" 2>/dev/null || true
        return 0
    fi
    measure mkosi "mkosi 25, lz4hc 12 in 4 KiB clusters" "${enter[@]}" --cache-only=metadata build || die "mkosi failed"
    record mkosi "mkosi 25, lz4hc 12 in 4 KiB clusters" "$wall" "$cpu" "$rss" "$(mkosi_root_bytes "$folder/out/image.raw")"
    enter+=(--cache-only=metadata --incremental --cache-directory=/bench/incremental build)
    "${enter[@]}" >"$work/log" 2>&1 || die "mkosi --incremental failed"
    measure mkosi-again "mkosi 25 --incremental, nothing changed" "${enter[@]}" || die "mkosi --incremental failed"
    record mkosi-again "mkosi 25 --incremental, nothing changed" "$wall" "$cpu" "$rss" -
    note "mkosi is given the initrd and signs nothing; it installs more packages, since maintainer scripts need debconf, perl and dpkg"
    rm -rf "$folder"
}

mkosi_root_bytes() { "$bin/sgdisk" -i 2 "$1" | awk '/^Partition size/ { print $3 * 512 }'; }

# The loops alone, each on one core.
row_loops() {
    local name=$work/corpus level salt=00112233445566778899aabbccddeeff limit=$((128 << 20)) library first seconds bytes
    [ -z "$quick" ] || limit=$((32 << 20))
    if [ ! -e "$name.bin" ]; then
        "$bin/python3" "$here/liblz4.py" corpus "$work/reference" "$name" "$limit"
        # 400 MB in whole blocks; head ends the loop.
        (while cat "$name.bin"; do :; done) 2>/dev/null | head -c 399998976 >"$work/data" || true
    fi
    library=$(find "$cache/trixie/root/usr/lib" -name 'liblz4.so.1' | head -n 1)
    for level in 12 9; do
        [ -z "$quick" ] || [ "$level" = 9 ] || continue
        read -r seconds bytes < <(taskset -c 0 "$bin/python3" "$here/liblz4.py" compress "$library" "$name" "$level")
        record "liblz4-$level" "liblz4 level $level, 256 KiB clusters, one core" - "$seconds" - "$bytes"
        read -r first seconds bytes < <(taskset -c 0 "$java" -Xmx2g -cp "$classpath" dev.caisson.benchmark.Counterpart lz4 "$level" "$name")
        record "our-lz4-$level" "Caisson's LZ4 level $level, the same" - "$seconds" - "$bytes"
        record "our-lz4-$level-first" "  in a new JVM" - "$first" - -
    done
    rm -f "$work/hash"
    measure veritysetup "veritysetup format of 400 MB, one core" taskset -c 0 "$bin/veritysetup" format --salt="$salt" \
        --uuid=00000000-0000-0001-0000-000000000001 "$work/data" "$work/hash" || die "veritysetup failed"
    record veritysetup "veritysetup format of 400 MB, one core" "$wall" "$cpu" "$rss" "$(stat -c %s "$work/hash")"
    taskset -c 0 "$java" -XX:+UseSerialGC -cp "$classpath" dev.caisson.benchmark.Counterpart verity "$work/data" \
        "$work/hash-own" "$salt" >"$work/log" 2>&1 || die "Caisson's verity failed: $(tail -n 1 "$work/log")"
    read -r first seconds _ <"$work/log"
    record our-verity "Caisson's verity of the same, one core" - "$seconds" - "$(stat -c %s "$work/hash-own")"
    record our-verity-first "  in a new JVM" - "$first" - -
    cmp -s "$work/hash" "$work/hash-own" || note "the two hash trees differ, which is a bug"
    note "$(wc -l <"$name.sizes") files, $(stat -c %s "$name.bin") bytes are compressed in the LZ4 rows; Caisson's loops are measured in their second pass, the first one beside it"
}

# The bars: what | key | value | reference key, or = and a number | limit for the ratio.
bars() {
    cat <<'BARS'
cold, lz4hc 12, wall|cold-12|wall|native-12|0.5
cold, lz4hc 12, root size|cold-12|bytes|native-12|1.005
cold, lz4hc 9, wall|cold-9|wall|native-9|0.9
cold, lz4hc 9, root size|cold-9|bytes|native-9|1.002
cold, default compression, wall|cold-default|wall|native-12|0.25
cold, default compression, root size|cold-default|bytes|native-12|1
cold, zstd 15, wall, against mkfs.erofs alone|cold-zstd|wall|native-zstd-mkfs|0.2
cold, zstd 15, root size|cold-zstd|bytes|native-zstd|1.01
package libc6 changed, seconds|changed-libc6|wall|=3|1
package libc6 changed, part of cold|changed-libc6|wall|cold-default|0.1
package containerd changed, seconds|changed-containerd|wall|=3|1
package containerd changed, part of cold|changed-containerd|wall|cold-default|0.1
file of the manifest changed, seconds|changed-file|wall|=2|1
unit of the manifest changed, seconds|changed-unit|wall|=2|1
kernel parameter changed, seconds|changed-parameter|wall|=2|1
nothing changed, seconds|nothing|wall|=0.6|1
second variant, part of its cold time|shared-dev|wall|cold-dev|0.15
LZ4 level 12, time|our-lz4-12|cpu|liblz4-12|0.5
LZ4 level 12, size|our-lz4-12|bytes|liblz4-12|1.003
LZ4 level 9, time|our-lz4-9|cpu|liblz4-9|1
verity of 400 MB, one core|our-verity|cpu|veritysetup|1.2
growth to 2x, wall|growth-2|wall|growth-1|2.1
growth to 4x, wall|growth-4|wall|growth-1|4.2
growth to 4x, peak RSS|growth-4|rss|growth-1|4.2
cold against mkosi, lz4hc 12, wall|cold-12|wall|mkosi|1
cold against mkosi, default, wall|cold-default|wall|mkosi|1
BARS
}
