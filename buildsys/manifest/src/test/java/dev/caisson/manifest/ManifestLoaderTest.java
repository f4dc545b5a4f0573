package dev.caisson.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.DigestAlgorithm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestLoaderTest {
    @TempDir
    Path folder;

    private Path base(String more) throws Exception {
        return Manifests.write(folder, "base/variant.yaml", Manifests.BASE + more);
    }

    @Test
    void load_defaults() throws Exception {
        Variant variant = Manifests.variant(base(""), Arch.X86_64);
        assertThat(variant.name()).isEqualTo("base");
        assertThat(variant.version()).isEqualTo("1.2.3");
        assertThat(variant.architecture()).isEqualTo(Arch.X86_64);
        assertThat(variant.initrd())
                .isEqualTo(new InitrdSpec(InitrdType.MINIMAL, List.of(), InitrdCompression.ZSTD, 12));
        assertThat(variant.filesystem())
                .isEqualTo(new FilesystemSpec(FilesystemType.EROFS, FilesystemCompression.LZ4HC, 9, 256 << 10));
        assertThat(variant.verity())
                .isEqualTo(new VeritySpec(true, DigestAlgorithm.SHA256, 4096, 4096, OnCorruption.PANIC, false));
        assertThat(variant.layout().name()).contains("default");
        assertThat(variant.layout().sectorSizeBytes()).isEqualTo(512);
        assertThat(variant.boot()).isEqualTo(new BootSpec(BootType.SYSTEMD_BOOT, 3, 0));
        assertThat(variant.signing()).isEqualTo(new SigningSpec("development", true));
        assertThat(variant.formats()).containsExactly("raw");
        assertThat(variant.kernel().allModules()).isTrue();
        assertThat(variant.units().presetDefault()).isEqualTo(PresetPolicy.DISABLE);
        assertThat(variant.repositories().get(0).components()).containsExactly("main");
        assertThat(variant.defaultTarget()).isEqualTo("multi-user.target");
        assertThat(variant.epoch()).isEmpty();
    }

    @Test
    void load_everything() throws Exception {
        Files.createDirectories(folder.resolve("base/files"));
        Variant variant = Manifests.variant(base("""
                        name: full
                        description: all keys
                        weak-dependencies: true
                        branding: {id: x, id-like: [debian], name: X, home-url: "https://x.example/"}
                        exclude: [{name: perl*, reason: no scripts}]
                        files:
                          - {path: /etc/a, content: "x\\ny\\n", mode: "0600", owner: root, group: 42}
                          - {path: /srv, source: files}
                          - {path: /etc/b, symlink: ../a}
                          - {path: /var/c, directory: true, mode: "1777"}
                        users: [{name: u, uid: 1000, group: g, groups: [v], home: /home/u, shell: /bin/sh, password: none}]
                        groups: [{name: g, gid: 1000, members: [u]}]
                        scripts:
                          - {package: lib*, script: [preinst, postinst], action: ignored, reason: nothing to do}
                        conflicts: [{path: "/usr/share/**", winner: bash}]
                        remove: ["/usr/share/doc/**", {path: "/a/*", except: [/a/b], reason: r}]
                        initrd: {type: systemd, modules: [erofs, erofs], compression: gzip, level: 5}
                        filesystem: {compression: zstd, level: 3, cluster-size: 1MiB}
                        verity: {hash: sha512, data-block-size: 1024, on-corruption: restart}
                        layout:
                          disk-size: 8GiB
                          sector-size: 4096
                          partitions:
                            - {label: ESP, type: esp, content: esp, size: 512MiB}
                            - {label: root-a, type: root, content: root, slot: A, attributes: [read-only, no-auto]}
                            - {label: verity-a, type: root-verity, content: root-verity, size: minimal, slot: A}
                            - {label: _empty, type: root, content: empty, slot: B}
                            - {label: _empty, type: root-verity, content: empty, slot: B}
                            - {label: data, type: 440408bb-eb0b-4328-a6e5-a29038fad706, content: data, size: rest}
                        boot: {type: uki}
                        signing: {profile: release, secure-boot: false}
                        formats: [raw, qcow2, raw]
                        updates: {url: "https://updates.example/", verify: false}
                        budget: {image-size: 100MiB, packages: 10, setuid-files: 0}
                        lifecycle: {support-end: 2028-06-30}
                        hostname: box
                        timezone: Europe/Berlin
                        default-target: graphical.target
                        extras: {a: 1, b: [true, ~, x, 0x1f, 1.50]}
                        epoch: 2026-01-01T00:00:00Z
                        """), Arch.AARCH64);
        assertThat(variant.files()).extracting(FileSpec::mode).containsExactly(0600, 0644, 0777, 01777);
        assertThat(variant.files().get(0).content()).isEqualTo(new FileContent.Text("x\ny\n"));
        assertThat(variant.files().get(1).content()).isEqualTo(new FileContent.Source(folder.resolve("base/files")));
        assertThat(variant.users().get(0).shadow()).contains("");
        assertThat(variant.scripts())
                .hasSize(2)
                .allMatch(rule -> rule.packageName().equals("lib*"));
        assertThat(variant.scripts().get(1).matches("libc6", ScriptKind.POSTINST))
                .isTrue();
        assertThat(variant.remove().get(1).removes("/a/b")).isFalse();
        assertThat(variant.initrd().modules()).containsExactly("erofs");
        assertThat(variant.filesystem().clusterSizeBytes()).isEqualTo(1 << 20);
        assertThat(variant.layout().partitions()).hasSize(6);
        assertThat(variant.layout().partitions().get(1).slot()).contains(Slot.A);
        assertThat(variant.layout().partitions().get(5).size()).isEqualTo(PartitionSize.of(PartitionSize.Kind.REST));
        assertThat(variant.layout().diskSizeBytes()).hasValue(8L << 30);
        assertThat(variant.boot().tries()).isZero();
        assertThat(variant.formats()).containsExactly("raw", "qcow2");
        assertThat(variant.budget().imageSizeBytes()).hasValue(100L << 20);
        assertThat(variant.lifecycle().supportEnd()).contains(LocalDate.of(2028, 6, 30));
        assertThat(variant.extras().toString()).isEqualTo("{\"a\":1,\"b\":[true,null,\"x\",\"0x1f\",1.50]}");
        assertThat(variant.epoch()).hasValue(1767225600L);
    }

    @Test
    void extends_mergesAppendsRemoves() throws Exception {
        base("");
        Path child = Manifests.write(folder, "child/variant.yaml", """
                schema: 1
                extends: [../base]
                version: 2.0.0
                packages: [htop>=3, !remove bash]
                kernel: {parameters: [!remove console, debug]}
                units:
                  mask: [!remove getty@.service]
                repositories:
                  - !remove {name: debian, type: apt}
                  - {name: mine, type: directory, path: .}
                """);
        Variant variant = Manifests.variant(child, Arch.X86_64);
        assertThat(variant.name()).isEqualTo("child");
        assertThat(variant.version()).isEqualTo("2.0.0");
        assertThat(variant.packages()).extracting(PackageSpec::toString).containsExactly("strace", "htop>=3");
        assertThat(variant.kernel().parameters()).containsExactly("quiet", "debug");
        assertThat(variant.kernel().packageName()).isEqualTo("linux-image");
        assertThat(variant.units().mask()).isEmpty();
        assertThat(variant.units().enable()).containsExactly("a.service");
        assertThat(variant.repositories()).extracting(RepositorySpec::name).containsExactly("mine");
        assertThat(ManifestLoader.load(child).inputs()).hasSize(2);
    }

    @Test
    void extends_listedOrderAndDiamondOnce() throws Exception {
        Manifests.write(folder, "d.yaml", "schema: 1\npackages: [d]\nhostname: d\n");
        Manifests.write(folder, "b.yaml", "schema: 1\nextends: [d.yaml]\npackages: [b, !remove d]\nhostname: b\n");
        Manifests.write(folder, "c.yaml", "schema: 1\nextends: [d.yaml]\npackages: [c]\n");
        base("");
        Path top = Manifests.write(
                folder, "top.yaml", "schema: 1\nextends: [base, b.yaml, c.yaml]\npackages: [!remove strace, top]\n");
        Variant variant = Manifests.variant(top, Arch.AARCH64);
        assertThat(variant.packages()).extracting(PackageSpec::name).containsExactly("bash", "b", "c", "top");
        assertThat(variant.hostname()).contains("b");
    }

    @Test
    void extends_circleIsFound() throws Exception {
        Manifests.write(folder, "a.yaml", "schema: 1\nextends: [b.yaml]\n");
        Path b = Manifests.write(folder, "b.yaml", "schema: 1\nextends:\n  - a.yaml\n");
        ManifestResult result = ManifestLoader.load(b);
        assertThat(result.diagnostics()).singleElement().satisfies(d -> {
            assertThat(d.file()).isEqualTo(folder.resolve("a.yaml"));
            assertThat(d.line()).isEqualTo(2);
            assertThat(d.message()).contains("circle").contains("b.yaml -> ").contains("a.yaml -> ");
        });
    }

    @Test
    void extends_missingFile() throws Exception {
        Path file = Manifests.write(folder, "a.yaml", "schema: 1\nextends: [nowhere.yaml]\npakages: []\n");
        assertThat(Manifests.findings(file))
                .hasSize(2)
                .anyMatch(f -> f.startsWith("2:11: error: there is no ") && f.contains("nowhere.yaml"))
                .anyMatch(f -> f.startsWith("3:1: error: unknown key \"pakages\" | did you mean \"packages\"?"));
        assertThat(ManifestLoader.load(folder.resolve("none")).ok()).isFalse();
    }

    @Test
    void when_blocksAndItems() throws Exception {
        Path file = base("""
                when:
                  - arch: aarch64
                    then:
                      kernel: {package: linux-arm, parameters: [!remove quiet, console=ttyAMA0]}
                      hostname: arm
                  - arch: [x86_64, aarch64]
                    then: {packages: [both]}
                files:
                  - {path: /etc/x, content: a, when: {arch: aarch64}}
                  - {path: /etc/x, content: b, when: {arch: x86_64}}
                """);
        Variant arm = Manifests.variant(file, Arch.AARCH64);
        Variant intel = Manifests.variant(file, Arch.X86_64);
        assertThat(arm.kernel().packageName()).isEqualTo("linux-arm");
        assertThat(arm.kernel().parameters()).containsExactly("console=ttyS0", "console=ttyAMA0");
        assertThat(arm.packages()).extracting(PackageSpec::name).containsExactly("bash", "both");
        assertThat(arm.hostname()).contains("arm");
        assertThat(intel.packages()).extracting(PackageSpec::name).containsExactly("bash", "strace", "both");
        assertThat(intel.hostname()).isEmpty();
        assertThat(intel.files()).extracting(FileSpec::content).containsExactly(new FileContent.Text("b"));
    }

    @Test
    void architectures_limit() throws Exception {
        Path file = base("architectures: [x86_64]\n");
        assertThat(ManifestLoader.load(file).variants()).containsOnlyKeys(Arch.X86_64);
    }

    @Test
    void diagnostics_allAtOnceWithPlaceAndHint() throws Exception {
        Path file = base("""
                hostnme: x
                weak-dependencies: yes
                filesystem: {compresion: lz4, compression: lz4h, level: high, cluster-size: 300KiB}
                files:
                  - {path: etc/x, content: a, mode: 0644}
                  - {path: /etc/../x, content: a}
                  - {path: /etc/y, content: a, source: b}
                  - {path: /etc/z, source: nothere}
                  - {content: a}
                  - /etc/q
                verity: {data-block-size: 1000}
                boot: [uki]
                initrd: {type: minmal, level: 23}
                users: {name: x}
                formats: [raw, qcow]
                default-target:
                lifecycle: {support-end: 2028-02-30}
                packages: [a b, c]
                hostname: true
                """);
        String text = String.join("\n", Manifests.findings(file));
        assertThat(text.lines())
                .as(text)
                .contains(
                        "16:1: error: unknown key \"hostnme\" | did you mean \"hostname\"?",
                        "17:20: error: \"weak-dependencies\" must be true or false, is a text | write true",
                        "18:14: error: unknown key \"compresion\" in \"filesystem\" | did you mean \"compression\"?",
                        "18:44: error: \"compression\": \"lz4h\" is unknown | did you mean \"lz4\"?",
                        "18:57: error: \"level\" must be an integer, is a text",
                        "18:63: error: \"cluster-size\" must be a power of two | the next smaller one is 256KiB",
                        "20:12: error: \"path\": \"etc/x\" is not absolute | expected an absolute path in the image,"
                                + " without . and .. components",
                        "20:37: error: \"mode\" must be an octal mode in quotes such as \"0644\", is the number 0644 |"
                                + " YAML readers differ in what the number means: write mode: \"0644\"",
                        "22:5: error: file \"/etc/y\" has content and source of content, source, symlink, directory |"
                                + " give exactly one",
                        "24:5: error: item of \"files\" lacks \"path\" | Where it goes.",
                        "25:5: error: item of \"files\" must be a map, is a text",
                        "26:10: error: \"data-block-size\" must be a power of two | the next smaller one is 512B",
                        "27:7: error: \"boot\" must be a map, is a list",
                        "28:16: error: \"type\": \"minmal\" is unknown | did you mean \"minimal\"?",
                        "28:31: error: \"level\" is 23, must be 1 to 22",
                        "29:8: error: \"users\" must be a list, is a map | write each item on its own line, after \"- \"",
                        "30:16: error: item of \"formats\": \"qcow\" is unknown | did you mean \"qcow2\"?",
                        "31:16: error: \"default-target\" has no value | expected a systemd unit name with its suffix,"
                                + " such as sshd.service",
                        "32:26: error: \"support-end\": \"2028-02-30\" is no day of the calendar | expected a date such as"
                                + " 2028-06-30",
                        "33:1: error: key \"packages\" twice in one map | it is already at line 12",
                        "34:11: error: \"hostname\" must be a host name, is a boolean | put it in quotes if it is meant as"
                                + " text")
                .anyMatch(line -> line.startsWith("21:12: error: \"path\": \"/etc/../x\" has a component \"..\""))
                .anyMatch(line -> line.startsWith("23:28: error: \"source\": there is no "));
        assertThat(ManifestLoader.load(file).variants()).isEmpty();
        assertThat(ManifestLoader.load(file).diagnostics().get(0).text())
                .isEqualTo(file + ":16:1: error: unknown key \"hostnme\"\n  hint: did you mean \"hostname\"?");
    }

    @Test
    void diagnostics_ofTheWhole() throws Exception {
        Path file = Manifests.write(folder, "v/variant.yaml", """
                schema: 1
                packages: [bash=5.1, bash=5.2, perl]
                exclude: [{name: perl, reason: r}]
                units: {enable: [a.service], mask: [a.service]}
                users: [{name: a, uid: 5}, {name: a, uid: 5}]
                repositories:
                  - {name: r, type: apt}
                  - {name: s, type: rpm-md, urls: ["https://x.example/"], suites: [x], keyring: none.gpg}
                  - {name: s, type: directory, archive: x}
                layout:
                  partitions:
                    - {label: a, type: root, content: root, size: rest}
                    - {label: b, type: rot, content: root}
                boot: {type: uki, tries: 2}
                """);
        String text = String.join("\n", Manifests.findings(file));
        assertThat(text.lines().map(line -> line.replaceAll(" \\|.*", "")))
                .as(text)
                .contains(
                        "1:1: error: \"version\" is missing",
                        "1:1: error: \"kernel\" lacks \"package\" for x86_64",
                        "1:1: error: \"kernel\" lacks \"package\" for aarch64",
                        "2:22: error: package \"bash\" is asked for with another version: bash=5.2 and bash=5.1",
                        "2:32: error: package \"perl\" is asked for and excluded",
                        "4:37: error: unit \"a.service\" is both in enable and in mask",
                        "5:28: error: user \"a\" is declared twice",
                        "5:28: error: uid \"5\" is declared twice",
                        "7:5: error: repository \"r\" lacks \"suites\"",
                        "7:5: error: repository \"r\" lacks an address",
                        "7:5: error: repository \"r\" lacks \"keyring\"",
                        "9:5: error: repository \"s\" is declared twice",
                        "9:5: error: repository \"s\" lacks \"path\"",
                        "9:32: error: a repository of type directory has no \"archive\"",
                        "12:7: error: size \"rest\" needs \"disk-size\" in the layout",
                        "14:19: error: boot counting needs a boot loader");
    }

    @Test
    void remove_thatMatchesNothingIsAWarning() throws Exception {
        Path file = base("exclude: [!remove perl]\n");
        ManifestResult result = ManifestLoader.load(file);
        assertThat(result.ok()).isTrue();
        assertThat(result.variants()).hasSize(2);
        assertThat(Manifests.findings(file))
                .containsExactly(
                        "16:11: warning: \"!remove\" matches nothing \"perl\" | no earlier file puts such an item"
                                + " into this list");
        // strace is there on one architecture: that is enough
        Path child = Manifests.write(
                folder, "c/variant.yaml", "schema: 1\nextends: [../base]\npackages: [!remove strace]\n");
        base("");
        assertThat(Manifests.findings(child)).isEmpty();
    }

    @Test
    void remove_inTheWrongPlace() throws Exception {
        Path file = base("hostname: !remove x\nfiles: [{path: /a, content: !foo x}]\n");
        assertThat(Manifests.findings(file))
                .anyMatch(f -> f.startsWith("16:11: error: \"!remove\" has no meaning here"))
                .anyMatch(f -> f.startsWith("17:29: error: unknown tag \"!foo\""));
    }

    @Test
    void files_laterFileReplaces() throws Exception {
        base("files: [{path: /etc/motd, content: a}, {path: /etc/z, content: z}]\n");
        Path child = Manifests.write(
                folder, "c/variant.yaml", "schema: 1\nextends: [../base]\nfiles: [{path: /etc/motd, content: b}]\n");
        assertThat(Manifests.variant(child, Arch.X86_64).files())
                .extracting(FileSpec::content)
                .containsExactly(new FileContent.Text("z"), new FileContent.Text("b"));
        Path twice = base("files: [{path: /etc/motd, content: a}, {path: /etc/motd, content: z}]\n");
        assertThat(Manifests.findings(twice)).singleElement().asString().contains("declared twice");
    }

    @Test
    void version_keepsItsText() throws Exception {
        Path file = Manifests.write(folder, "v.yaml", Manifests.BASE.replace("1.2.3", "1.10"));
        assertThat(Manifests.findings(file))
                .containsExactly("2:10: error: \"version\": \"1.10\" is not a semantic version such as 1.0.0");
    }

    @Test
    void package_forms() throws Exception {
        Path file =
                base("when: [{arch: x86_64, then: {packages: [a=1, b >= 2, {name: c, version: \"<3~rc1\"}, bash]}}]\n");
        assertThat(Manifests.variant(file, Arch.X86_64).packages())
                .extracting(PackageSpec::version)
                .contains(
                        Optional.of(new VersionConstraint("=", "1")),
                        Optional.of(new VersionConstraint(">=", "2")),
                        Optional.of(new VersionConstraint("<", "3~rc1")));
    }

    @Test
    void schema_isRequiredAndKnown() throws Exception {
        Path none = Manifests.write(folder, "n.yaml", Manifests.BASE.replace("schema: 1\n", ""));
        assertThat(Manifests.findings(none)).singleElement().asString().contains("\"schema\" is missing");
        Path two = Manifests.write(folder, "t.yaml", Manifests.BASE.replace("schema: 1", "schema: 2"));
        assertThat(Manifests.findings(two)).containsExactly("1:9: error: \"schema\" is 2, must be 1");
    }

    @Test
    void anyDamage_givesAResult() throws Exception {
        byte[] good = (Manifests.BASE
                        + "files: [{path: /a, content: \"é\", mode: \"0644\"}]\nlayout: {sizes: {esp: 1MiB}}\n")
                .getBytes(StandardCharsets.UTF_8);
        Path file = Manifests.write(folder, "v.yaml", "");
        Random random = new Random(11);
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = good.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(bytes.length);
                bytes[at] = random.nextBoolean()
                        ? (byte) "{}[]-:!&*\n\t\"'#|>0 ,?".charAt(random.nextInt(20))
                        : (byte) random.nextInt(256);
            }
            Files.write(file, bytes);
            ManifestResult result = ManifestLoader.load(file);
            assertThat(result.ok()).isEqualTo(!result.variants().isEmpty());
        }
        for (int length = 0; length < good.length; length += 3) {
            Files.write(file, java.util.Arrays.copyOf(good, length));
            assertThat(ManifestLoader.load(file).file()).isEqualTo(file);
        }
    }
}
