# shellcheck shell=bash
# What the benchmark needs from Debian: tools of other suites, a local mirror of the packages, a flat pool for mkosi. All of it is
# unpacked below one folder and never installed. Sourced by run, which sets the names used here.
# shellcheck disable=SC2154

# The machine's address of an archive (Debian or Debian-Security), unless the environment names one as for the tool itself.
archive_address() {
    local name=$1 label=$2 variable=CAISSON_MIRROR_$3 address
    address=${!variable:-}
    # shellcheck disable=SC2016 # the format is APT's
    [ -n "$address" ] || address=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
        "Label: $label" | sort -u | head -n 1)
    [ -n "$address" ] || die "this machine's APT sources name no archive $name; say where it is: $variable=URL"
    printf '%s' "${address%/}"
}

# private_apt FOLDER LINE...: an APT with sources of its own, which knows nothing of what is installed here.
private_apt() {
    local folder=$1
    shift
    rm -rf "$folder"
    mkdir -p "$folder"/{lists/partial,archives/partial,parts}
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s\n' "$@" >"$folder/sources.list"
    : >"$folder/status"
    cat >"$folder/apt.conf" <<CONF
Dir::State "$folder";
Dir::State::status "$folder/status";
Dir::Cache "$folder";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "srcpkgcache.bin";
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "$folder/parts";
Dir::Etc::preferencesparts "$folder/parts";
APT::Sandbox::User "$(id -un)";
APT::Install-Recommends "false";
Acquire::Languages "none";
CONF
    APT_CONFIG=$folder/apt.conf apt-get update -q >"$folder/log" 2>&1 || {
        tail -n 5 "$folder/log" >&2
        die "package lists cannot be fetched; is the machine online, and debian-archive-keyring installed?"
    }
}

# download APT_FOLDER PACKAGE...: packages and what they depend on, into its archives/.
download() {
    local folder=$1
    shift
    APT_CONFIG=$folder/apt.conf apt-get install -q -y --download-only "$@" >"$folder/log" 2>&1 || {
        tail -n 5 "$folder/log" >&2
        die "packages cannot be fetched: $*"
    }
}

# unpack APT_FOLDER TARGET: all downloaded packages, the skeleton of the root first.
unpack() {
    local file
    mkdir -p "$2"
    for file in "$1"/archives/base-files_*.deb "$1"/archives/*.deb; do
        [ ! -e "$file" ] || dpkg-deb -x "$file" "$2"
    done
}

# wrap ROOT BIN TOOL...: scripts in BIN that start tools of an unpacked root with its own loader and libraries. Before Debian 13
# some libraries are still outside /usr.
wrap() {
    local from=$1 bin=$2 loader triplet libraries name path
    shift 2
    mkdir -p "$bin"
    loader=$(find "$from" -name 'ld-linux-*.so.*' -type f | head -n 1)
    [ -n "$loader" ] || die "the unpacked packages in $from have no dynamic loader"
    triplet=$(basename "$(dirname "$(find "$from" -name libc.so.6 | head -n 1)")")
    libraries=$from/usr/lib/$triplet:$from/lib/$triplet
    for name in "$@"; do
        path=$from/usr/bin/$name
        [ -e "$path" ] || path=$from/usr/sbin/$name
        [ -e "$path" ] || die "the unpacked packages in $from have no $name"
        cat >"$bin/$name" <<WRAPPER
#!/bin/sh
GCONV_PATH=$from/usr/lib/$triplet/gconv exec "$loader" --library-path "$libraries" "$path" "\$@"
WRAPPER
        chmod 755 "$bin/$name"
    done
}

provide_tools() {
    local folder=$cache/trixie
    if [ ! -e "$folder/stamp" ]; then
        say "fetching tools of Debian trixie"
        rm -rf "$folder"
        private_apt "$folder/apt" "$debian trixie main"
        # The essential packages are what mkosi's own tools expect to find; python3 carries the LZ4 comparison too.
        download "$folder/apt" '?essential' apt apt-utils binutils cpio cryptsetup-bin debian-archive-keyring dosfstools \
            erofs-utils gdisk jq kmod liblz4-1 lz4 mkosi mtools python3-pefile sbsigntool systemd-boot systemd-repart \
            systemd-ukify time xz-utils zstd
        unpack "$folder/apt" "$folder/root"
        printf 'root:x:0:0:root:/root:/bin/sh\n_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\n' >"$folder/root/etc/passwd"
        printf 'root:x:0:\nnogroup:x:65534:\n' >"$folder/root/etc/group"
        wrap "$folder/root" "$folder/bin" apt-ftparchive fsck.erofs jq lz4 mcopy mkfs.erofs mkfs.vfat mmd objcopy objdump \
            python3 sbsign sgdisk time veritysetup
        rm -rf "$folder/apt"
        touch "$folder/stamp"
    fi
    folder=$cache/bookworm
    if [ ! -e "$folder/stamp" ]; then
        say "fetching erofs-utils of Debian bookworm"
        rm -rf "$folder"
        private_apt "$folder/apt" "$debian bookworm main"
        download "$folder/apt" erofs-utils
        unpack "$folder/apt" "$folder/root"
        wrap "$folder/root" "$folder/bin" mkfs.erofs
        rm -rf "$folder/apt"
        touch "$folder/stamp"
    fi
}

# fetch BASE TARGET LIST: files of an archive; each line of the list holds a path and a SHA-256 or -.
fetch() {
    local base=$1 target=$2 path digest request=()
    while read -r path digest; do
        [ ! -e "$target/$path" ] || continue
        mkdir -p "$target/$(dirname "$path")"
        request+=("$base/$path" "$target/$path")
        if [ "$digest" = - ]; then request+=(''); else request+=("SHA256:$digest"); fi
    done <"$3"
    [ ${#request[@]} -gt 0 ] || return 0
    /usr/lib/apt/apt-helper -q -o APT::Sandbox::User="$(id -un)" download-file "${request[@]}" >"$cache/log" 2>&1 || {
        tail -n 5 "$cache/log" >&2
        die "files cannot be fetched from $base; the whole log is in $cache/log"
    }
}

# One suite's signed release file and the package index that it names.
fetch_suite() {
    local base=$1 target=$2 suite=$3 index=main/binary-$debian_architecture/Packages.xz digest
    echo "dists/$suite/InRelease -" >"$cache/list"
    fetch "$base" "$target" "$cache/list"
    digest=$(awk -v name="$index" '/^SHA256:/ { on = 1; next } /^[^ ]/ { on = 0 } on && $3 == name { print $1 }' \
        "$target/dists/$suite/InRelease")
    echo "dists/$suite/main/binary-$debian_architecture/by-hash/SHA256/$digest $digest" >"$cache/list"
    fetch "$base" "$target" "$cache/list"
    ln -sf "by-hash/SHA256/$digest" "$target/dists/$suite/$index"
}

# A mirror of the three suites that holds the packages of the locks and no others; signatures are Debian's own. The locks that
# belong to it are kept with it.
provide_mirror() {
    local mirror=$cache/mirror variant
    if [ ! -e "$mirror/stamp" ]; then
        say "fetching the package indexes"
        rm -rf "$mirror"
        fetch_suite "$debian" "$mirror/debian" trixie
        fetch_suite "$debian" "$mirror/debian" trixie-updates
        fetch_suite "$security" "$mirror/security" trixie-security
        mkdir -p "$mirror/locks"
        touch "$mirror/stamp"
    fi
    for variant in container-host container-host-dev "$content"; do
        [ -e "$mirror/locks/$variant.lock" ] || provide_packages "$mirror" "$variant"
    done
    mirrors=(--mirror "debian=file://$mirror/debian" --mirror "debian-security=file://$mirror/security")
}

# provide_packages MIRROR VARIANT: the variant's lock, and what it names.
provide_packages() {
    local mirror=$1 variant=$2 name
    say "fetching the packages of $variant"
    rm -rf "$mirror/variants"
    cp -r "$root/variants" "$mirror/variants"
    cp -r "$here/large" "$mirror/variants/large"
    rm -f "$mirror"/variants/*/caisson.lock
    "$tool" lock "$mirror/variants/$variant" --arch "$architecture" --cache "$mirror/store" --progress none \
        --mirror "debian=file://$mirror/debian" --mirror "debian-security=file://$mirror/security" >"$cache/log" ||
        die "the packages of $variant cannot be resolved"
    for name in debian security; do
        locked_files "$mirror/variants/$variant/caisson.lock" "$name" >"$cache/list"
        if [ "$name" = debian ]; then
            fetch "$debian" "$mirror/debian" "$cache/list"
        else
            fetch "$security" "$mirror/security" "$cache/list"
        fi
    done
    cp "$mirror/variants/$variant/caisson.lock" "$mirror/locks/$variant.lock"
    rm -rf "$mirror/store" "$mirror/variants"
}

# locked_files LOCK debian|security: path and digest of each package that comes from there.
locked_files() {
    local repository=debian
    [ "$2" = debian ] || repository=debian-security
    "$bin/jq" -r --arg arch "$architecture" --arg repository "$repository" \
        '.architectures[$arch].packages[] | select(.repository == $repository) | .path + " " + .sha256' "$1"
}

# The names that container-host asks for, as its lock tells.
requested_packages() {
    "$bin/jq" -r --arg arch "$architecture" \
        '.architectures[$arch].packages[] | select(.reason | startswith("requested")) | .name' \
        "$cache/mirror/locks/container-host.lock"
}

# A flat repository for mkosi: what APT installs for the same requests. It is more than Caisson takes, since maintainer scripts
# need debconf, perl and dpkg.
provide_mkosi_pool() {
    local pool=$cache/mkosi-pool lists requests=()
    [ ! -e "$pool/stamp" ] || return 0
    say "fetching the packages that mkosi needs"
    rm -rf "$pool"
    mkdir -p "$pool/pool"
    private_apt "$cache/apt" "$debian trixie main" "$debian trixie-updates main" "$security trixie-security main"
    mapfile -t requests < <(requested_packages)
    download "$cache/apt" '?essential' apt "${requests[@]}"
    mv "$cache"/apt/archives/*.deb "$pool/pool/"
    rm -rf "$cache/apt"
    lists=$pool/dists/trixie
    mkdir -p "$lists/main/binary-$debian_architecture"
    (cd "$pool" && "$bin/apt-ftparchive" packages pool) >"$lists/main/binary-$debian_architecture/Packages"
    "$bin/apt-ftparchive" -o APT::FTPArchive::Release::Suite=trixie -o APT::FTPArchive::Release::Codename=trixie \
        -o APT::FTPArchive::Release::Components=main -o "APT::FTPArchive::Release::Architectures=$debian_architecture" \
        release "$lists" >"$pool/Release"
    mv "$pool/Release" "$lists/Release"
    touch "$pool/stamp"
}

erofs_version() { "$cache/$1/bin/mkfs.erofs" -V 2>&1 | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1; }
