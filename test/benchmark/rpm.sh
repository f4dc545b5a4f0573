# shellcheck shell=bash
# The rows of RPM packages: those of container-host and some large ones, converted from Debian's, so that real files are installed.
# The native chain is rpm --install into a root, mkfs.erofs and veritysetup; it makes no kernel image and no disk, signs nothing and
# generates nothing. Sourced by run, which sets the names used here.
# shellcheck disable=SC2154

# What comes besides container-host: more than 200 packages in all.
rpm_requests=(docker.io podman kubernetes-client linux-headers-cloud-amd64 openssh-server apt dpkg tar gzip sed findutils
    diffutils hostname ncurses-bin ncurses-base perl-base bsdutils debian-archive-keyring sqv login)

provide_rpms() {
    local folder=$cache/rpms
    [ ! -e "$folder/stamp" ] || return 0
    build_classes
    say "fetching and converting the packages of the RPM rows"
    rm -rf "$folder"
    mkdir -p "$folder/packages"
    private_apt "$cache/apt" "$debian trixie main" "$debian trixie-updates main" "$security trixie-security main"
    local wanted=()
    mapfile -t wanted < <(requested_packages)
    download "$cache/apt" '?essential' "${wanted[@]}" "${rpm_requests[@]}"
    "$java" -Xmx2g -cp "$classpath" dev.caisson.benchmark.RpmConversion "$folder/packages" 9 "$cache"/apt/archives/*.deb \
        >"$cache/log" 2>&1 || die "the packages cannot be converted: $(tail -n 1 "$cache/log")"
    rm -rf "$cache/apt"
    "$java" -Xmx2g -cp "$classpath" dev.caisson.benchmark.LargeRepository "$folder/large" 30000
    touch "$folder/stamp"
}

# rpm_variant NAME: container-host with more packages, from a folder of RPM packages.
rpm_variant() {
    mkdir -p "$work/variants/$1"
    {
        printf 'schema: 1\nname: %s\nextends: [../container-host]\nrepositories:\n' "$1"
        printf '  - !remove debian\n  - !remove debian-security\n'
        printf '  - {name: rpms, type: directory, path: %s}\n' "$work/rpms"
        printf 'packages: [%s]\n' "$(IFS=, && printf '%s' "${rpm_requests[*]}")"
        printf 'budget: {image-size: 8GiB, packages: 2000, setuid-files: 500}\n'
        cat
    } >"$work/variants/$1/variant.yaml"
    "$tool" lock "$work/variants/$1" --arch "$architecture" --cache "$work/store-rpm" --progress none >"$work/log" 2>&1 ||
        die "the RPM packages cannot be resolved:" "$(head -n 20 "$work/log")"
}

# native_rpm KEY LABEL OPTION...: the packages of the lock.
native_rpm() {
    local key=$1 label=$2 out=$work/native-rpm
    shift 2
    rm -rf "$out"
    local enter=()
    [ "$(id -u)" = 0 ] || enter=(unshare --map-root-user --map-auto)
    measure "$key" "$label" "${enter[@]}" "$here/native-rpm" "$work/rpm-files" "$out" "$cache/trixie/bin" "$@" || {
        note "the native chain of RPM packages could not run here: $(tail -n 1 "$work/log")"
        return 0
    }
    record "$key" "$label" "$wall" "$cpu" "$rss" "$(stat -c %s "$out/root")"
    cp "$out/steps" "$work/$key.steps"
    rm -rf "$out"
}

row_rpm() {
    local workers name file
    workers=--workers=$(nproc)
    # Every run starts from the same packages: one of them is replaced further down.
    rm -rf "$work/rpms"
    cp -r "$cache/rpms/packages" "$work/rpms"
    rpm_variant rpm-default </dev/null
    rpm_variant rpm-9 <<<'filesystem: {compression: lz4hc, level: 9}'
    [ -n "$quick" ] || rpm_variant rpm-12 <<<'filesystem: {compression: lz4hc, level: 12}'
    "$bin/jq" -r --arg arch "$architecture" '.architectures[$arch].packages[].path' \
        "$work/variants/rpm-default/caisson.lock" | sed "s|^|$work/rpms/|" >"$work/rpm-files"
    [ "$run" != 1 ] || note "the RPM rows have $(wc -l <"$work/rpm-files") packages"
    if [ -z "$quick" ]; then
        native_rpm rpm-native-12 "rpm, mkfs.erofs 1.8 lz4hc,12, veritysetup" -zlz4hc,12 -C262144 "$workers"
        cold rpm-cold-12 "Caisson cold, RPM, lz4hc 12" rpm-12
    fi
    native_rpm rpm-native-9 "rpm, mkfs.erofs 1.8 lz4hc,9, veritysetup" -zlz4hc,9 -C262144 "$workers"
    cold rpm-cold-9 "Caisson cold, RPM, lz4hc 9" rpm-9
    rm -rf "$work/store-rpm" "$work/out-rpm"
    build_caisson rpm-cold "Caisson cold, RPM, default compression" rpm-default "$work/store-rpm" "$work/out-rpm"
    build_caisson rpm-nothing "Caisson, RPM, nothing changed" rpm-default "$work/store-rpm" "$work/out-rpm"
    # One package rebuilt: other bytes, another digest.
    file=$(grep -E '/libc6-[0-9]' "$work/rpm-files")
    "$java" -cp "$classpath" dev.caisson.benchmark.RpmConversion --again "$file" "$run" "$(dirname "$file")"
    "$tool" lock "$work/variants/rpm-default" --arch "$architecture" --cache "$work/store-rpm" --progress none >"$work/log" 2>&1 ||
        die "the changed package cannot be resolved"
    build_caisson rpm-changed "Caisson, RPM, package libc6 changed" rpm-default "$work/store-rpm" "$work/out-rpm"
    rm -rf "$work/out-rpm"
    for name in cold warm; do
        [ "$name" = warm ] || rm -rf "$work/store-large"
        measure "rpm-resolve-$name" "Caisson resolve, 30,000 RPM packages, $name" "$tool" resolve --repository \
            "large=file://$cache/rpms/large" --arch "$architecture" --cache "$work/store-large" --progress none \
            package-029999 package-020000 package-015000 || die "resolving failed"
        record "rpm-resolve-$name" "Caisson resolve, 30,000 RPM packages, $name" "$wall" "$cpu" "$rss" -
    done
}

rpm_bars() {
    cat <<'BARS'
RPM cold, lz4hc 12, wall|rpm-cold-12|wall|rpm-native-12|0.5
RPM cold, lz4hc 9, wall|rpm-cold-9|wall|rpm-native-9|0.9
RPM cold, default compression, wall|rpm-cold|wall|rpm-native-12|0.25
RPM package libc6 changed, seconds|rpm-changed|wall|=3|1
RPM package libc6 changed, part of cold|rpm-changed|wall|rpm-cold|0.1
RPM nothing changed, seconds|rpm-nothing|wall|=0.6|1
30,000 RPM packages, resolved warm, seconds|rpm-resolve-warm|wall|=1|1
BARS
}
