package dev.caisson.engine.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.bytes.ByteSource;
import dev.caisson.engine.BuildEpoch;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.filetree.Xattrs;
import dev.caisson.fixture.Oracle;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.FileContent;
import dev.caisson.manifest.FileSpec;
import dev.caisson.manifest.GroupSpec;
import dev.caisson.manifest.PathPattern;
import dev.caisson.manifest.RemoveSpec;
import dev.caisson.manifest.UserSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransformsTest {
    @TempDir
    Path folder;

    private static FileSpec spec(String path, FileContent content, int mode, String owner, String group) {
        return new FileSpec(path, content, mode, owner, group, Trees.HERE);
    }

    private static Attributes attributes(FileTree tree, String path) {
        return tree.get(Trees.path(path)).orElseThrow().attributes();
    }

    @Test
    void var_movesToTheFactory() throws Exception {
        FileTree.Builder builder = Trees.empty();
        builder.directories(Trees.path("/var/lib/x y"), Trees.DIRECTORY);
        builder.put(
                Trees.path("/var/lib/x y/50%"),
                new Inode.RegularFile(new Attributes(0640, 7, 8, 1, 0, Xattrs.NONE), ByteSource.of(Trees.utf8("v"))));
        builder.symlink("/var/run", "/run", 5);
        builder.put(TreePath.of("/var").child(new byte[] {(byte) 0xff}), Trees.directory());
        FileTree tree = new VarTransform(5).apply(builder.build());
        assertThat(tree.entries().tailMap(Trees.path("/var"), false).keySet())
                .noneMatch(path -> path.startsWith(Trees.path("/var/lib")));
        assertThat(Trees.text(tree, "/usr/share/factory/var/lib/x y/50%")).isEqualTo("v");
        assertThat(Trees.text(tree, "/usr/lib/tmpfiles.d/caisson-var.conf").lines())
                .contains(
                        "d /var/lib 0755 0 0 -",
                        "d \"/var/lib/x y\" 0755 0 0 -",
                        "C \"/var/lib/x y/50%%\" 0640 7 8 - /usr/share/factory/var/lib/x y/50%%",
                        "L /var/run - - - - /run",
                        "d \"/var/\\xff\" 0755 0 0 -");
    }

    @Test
    void remove_exceptionsKeepTheirFolders() {
        FileTree.Builder builder = Trees.empty();
        for (String file :
                List.of("/usr/share/doc/a/copyright", "/usr/share/doc/a/changelog", "/usr/share/doc/b/x", "/etc/x")) {
            builder.file(file, Trees.FILE, new byte[0]);
        }
        RemoveSpec spec = new RemoveSpec(
                new PathPattern("/usr/share/doc/**"),
                List.of(new PathPattern("/usr/share/doc/*/copyright")),
                Optional.empty(),
                Trees.HERE);
        FileTree tree = new RemoveTransform(List.of(spec)).apply(builder.build());
        assertThat(tree.contains(Trees.path("/usr/share/doc/a/copyright"))).isTrue();
        assertThat(tree.contains(Trees.path("/usr/share/doc/a/changelog"))).isFalse();
        assertThat(tree.contains(Trees.path("/usr/share/doc/b"))).isFalse();
        assertThat(tree.contains(Trees.path("/etc/x"))).isTrue();
    }

    @Test
    void files_winAndHaveOwners() throws Exception {
        FileTree.Builder builder = Trees.empty();
        builder.file("/etc/passwd", Trees.FILE, Trees.utf8("app:x:990:991::/:/bin/sh\n"));
        builder.file("/etc/group", Trees.FILE, Trees.utf8("app:x:991:\n"));
        builder.directories(Trees.path("/usr/lib"), Trees.DIRECTORY).symlink("/lib", "usr/lib", 5);
        builder.symlink("/etc/link", "elsewhere", 5);
        Path source = Files.createDirectories(folder.resolve("overlay/lib/deep"))
                .getParent()
                .getParent();
        Files.writeString(source.resolve("lib/deep/file"), "deep");
        FileTree tree = new FilesTransform(
                        List.of(
                                spec("/etc/app.conf", new FileContent.Text("x"), 0640, "app", "app"),
                                spec("/etc/numbers", new FileContent.Text("x"), 0644, "12", "13"),
                                spec("/lib/one", new FileContent.Text("one"), 0755, "root", "root"),
                                spec("/etc/link", new FileContent.Text("file"), 0644, "root", "root"),
                                spec("/etc/new", new FileContent.Symlink("passwd"), 0777, "root", "root"),
                                spec("/lib", new FileContent.Directory(), 0711, "root", "root"),
                                spec("/", new FileContent.Source(source), 0600, "root", "root")),
                        9)
                .apply(builder.build());
        assertThat(attributes(tree, "/etc/app.conf")).isEqualTo(new Attributes(0640, 990, 991, 9, 0, Xattrs.NONE));
        assertThat(attributes(tree, "/etc/numbers").gid()).isEqualTo(13);
        assertThat(Trees.text(tree, "/usr/lib/one")).isEqualTo("one");
        assertThat(Trees.text(tree, "/etc/link")).isEqualTo("file");
        assertThat(Trees.target(tree, "/lib")).isEqualTo("usr/lib");
        assertThat(attributes(tree, "/usr/lib").mode()).isEqualTo(0711);
        assertThat(Trees.text(tree, "/usr/lib/deep/file")).isEqualTo("deep");
        assertThat(attributes(tree, "/usr/lib/deep/file").mode()).isEqualTo(0600);
    }

    @Test
    void files_failuresNameThePlace() {
        for (FileSpec wrong : List.of(
                spec("/etc/x", new FileContent.Text("x"), 0644, "nobody-knows", "root"),
                spec("/etc/x", new FileContent.Source(folder.resolve("none")), 0644, "root", "root"),
                spec("/loop/x", new FileContent.Text("x"), 0644, "root", "root"),
                spec("/etc", new FileContent.Text("x"), 0644, "root", "root"))) {
            FileTree tree = Trees.empty()
                    .symlink("/loop", "loop", 5)
                    .file("/etc/y", Trees.FILE, new byte[0])
                    .build();
            BuildException e =
                    catchThrowableOfType(BuildException.class, () -> new FilesTransform(List.of(wrong), 5).apply(tree));
            assertThat(e).as(wrong.path()).isNotNull();
            assertThat(e.code()).isEqualTo(FailureCode.CONTENT);
            assertThat(e).hasMessageStartingWith("variant.yaml:3:5");
        }
    }

    private static UserSpec user(String name, OptionalInt uid, Optional<String> group, List<String> groups) {
        return new UserSpec(
                name,
                uid,
                group,
                groups,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Trees.HERE);
    }

    @Test
    void accounts_pinnedIdsHold() throws Exception {
        FileTree tree = Trees.empty()
                .file(
                        "/usr/lib/sysusers.d/x.conf",
                        Trees.FILE,
                        Trees.utf8("u daemon-x - \"X\"\nu! locked -\ng extra -\n"))
                .file(
                        "/usr/share/base-passwd/passwd.master",
                        Trees.FILE,
                        Trees.utf8("root:*:0:0:root:/root:/bin/bash\n"))
                .file("/usr/share/base-passwd/group.master", Trees.FILE, Trees.utf8("root:*:0:\nshadow:*:42:\n"))
                .build();
        FileTree result = new AccountsTransform(
                        List.of(
                                user("daemon-x", OptionalInt.of(450), Optional.empty(), List.of("extra")),
                                user("admin", OptionalInt.empty(), Optional.of("extra"), List.of())),
                        List.of(new GroupSpec("extra", OptionalInt.of(451), List.of("locked"), Trees.HERE)),
                        86400L * 100)
                .apply(tree);
        assertThat(Trees.text(result, "/etc/passwd")).isEqualTo("""
                        root:x:0:0:root:/root:/bin/bash
                        daemon-x:x:450:450:X:/:/usr/sbin/nologin
                        locked:x:999:999::/:/usr/sbin/nologin
                        admin:x:451:451::/:/usr/sbin/nologin
                        """);
        assertThat(Trees.text(result, "/etc/group")).isEqualTo("""
                        root:x:0:
                        shadow:x:42:
                        extra:x:451:daemon-x,locked
                        daemon-x:x:450:
                        locked:x:999:
                        """);
        assertThat(Trees.text(result, "/etc/shadow"))
                .contains("root:*:100:0:99999:7:::\n", "daemon-x:!*:100::::::\n", "locked:!*:100:::::1:\n");
        assertThat(attributes(result, "/etc/shadow"))
                .isEqualTo(Attributes.ofRoot(0640, 8640000).withOwner(0, 42));
        assertThat(Trees.text(result, "/etc/gshadow")).contains("extra:*::daemon-x,locked\n");
    }

    @Test
    void accounts_keepTheLinesOfAShadowFileThatIsThere() throws Exception {
        FileTree tree = Trees.empty()
                .file("/etc/passwd", Trees.FILE, Trees.utf8("root:x:0:0::/root:/bin/sh\nop:x:7:0::/:/bin/sh\n"))
                .file("/etc/shadow", Trees.FILE, Trees.utf8("root:$y$mine:19000:0:99999:7:::\ngone:*:1::::::\n"))
                .build();
        FileTree result = new AccountsTransform(List.of(), List.of(), 86400L * 100).apply(tree);
        assertThat(Trees.text(result, "/etc/shadow"))
                .isEqualTo("root:$y$mine:19000:0:99999:7:::\nop:*:100:0:99999:7:::\n");
    }

    @Test
    void accounts_failures() {
        FileTree tree = Trees.empty().build();
        assertThat(catchThrowableOfType(
                        BuildException.class,
                        () -> new AccountsTransform(
                                        List.of(
                                                user("a", OptionalInt.of(500), Optional.empty(), List.of()),
                                                user("b", OptionalInt.of(500), Optional.empty(), List.of())),
                                        List.of(),
                                        0)
                                .apply(tree)))
                .hasMessageContaining("same uid 500");
        assertThat(catchThrowableOfType(
                        BuildException.class,
                        () -> new AccountsTransform(
                                        List.of(user("a", OptionalInt.empty(), Optional.of("none"), List.of())),
                                        List.of(),
                                        0)
                                .apply(tree)))
                .hasMessageContaining("none");
        FileTree broken = Trees.empty()
                .file("/etc/passwd", Trees.FILE, Trees.utf8("+::::::\n"))
                .build();
        assertThat(catchThrowableOfType(
                        dev.caisson.bytes.CorruptDataException.class,
                        () -> new AccountsTransform(List.of(), List.of(), 0).apply(broken)))
                .isNotNull();
        FileTree unknown = Trees.empty()
                .file("/usr/lib/sysusers.d/x.conf", Trees.FILE, Trees.utf8("q what\n"))
                .build();
        assertThat(catchThrowableOfType(
                        BuildException.class, () -> new AccountsTransform(List.of(), List.of(), 0).apply(unknown)))
                .hasMessageContaining("\"q\"");
    }

    @Test
    void alternatives_highestPriorityThatExists() {
        PackageLayer vim = Trees.layer("vim", Set.of(), Map.of("postinst", """
                        update-alternatives --install /usr/bin/editor editor /usr/bin/vim 50 \\
                            --slave /usr/share/man/editor.1 editor.1 /usr/share/man/vim.1 \\
                            --slave /usr/share/man/gone.1 gone.1 /usr/share/man/none.1
                        update-alternatives --install $1 editor /usr/bin/vim 90
                        """));
        PackageLayer nano = Trees.layer(
                "nano",
                Set.of(),
                Map.of(
                        "postinst",
                        "  update-alternatives --quiet --install '/usr/bin/editor' editor /bin/nano 40 || true\n"
                                + "update-alternatives --install /usr/bin/editor editor /usr/bin/removed 99\n"
                                + "update-alternatives --install /usr/bin/taken taken /bin/nano 1\n"
                                + "update-alternatives --install /usr/bin/odd odd /usr/../bin/nano 1\n"));
        FileTree.Builder builder = Trees.empty();
        builder.directories(Trees.path("/usr/bin"), Trees.DIRECTORY).symlink("/bin", "usr/bin", 5);
        for (String file : List.of("/usr/bin/vim", "/usr/bin/nano", "/usr/bin/taken", "/usr/share/man/vim.1")) {
            builder.file(file, Trees.FILE, new byte[0]);
        }
        FileTree tree = new AlternativesTransform(List.of(nano, vim), 5).apply(builder.build());
        assertThat(Trees.target(tree, "/usr/bin/editor")).isEqualTo("/etc/alternatives/editor");
        assertThat(Trees.target(tree, "/etc/alternatives/editor")).isEqualTo("/usr/bin/vim");
        assertThat(Trees.target(tree, "/etc/alternatives/editor.1")).isEqualTo("/usr/share/man/vim.1");
        assertThat(tree.contains(Trees.path("/etc/alternatives/gone.1"))).isFalse();
        assertThat(tree.contains(Trees.path("/etc/alternatives/taken"))).isFalse();
    }

    @Test
    void osRelease_isReadBackByAShell() throws Exception {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("PLAIN", "a-b_c.1");
        fields.put("EMPTY", "");
        fields.put("ODD", "it's \"quoted\" $HOME `id` \\ back & ; # ! \u00e4");
        String text = SystemFilesTransform.osReleaseText(fields);
        assertThat(text).startsWith("PLAIN=a-b_c.1\nEMPTY=\"\"\n");
        Oracle.require("sh", "dash");
        Path file = Files.writeString(folder.resolve("os-release"), text);
        String printed = Oracle.run(
                folder, "sh", "-euc", ". ./" + file.getFileName() + "; printf '%s|' \"$PLAIN\" \"$EMPTY\" \"$ODD\"");
        byte[] raw = printed.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(new String(raw, java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(String.join("|", fields.values()) + "|");
    }

    @Test
    void clamp_keepsHardLinks() {
        Inode young =
                new Inode.RegularFile(new Attributes(0644, 0, 0, 1000, 5, Xattrs.NONE), ByteSource.of(new byte[0]));
        FileTree tree = new ClampTransform(new BuildEpoch(100))
                .apply(Trees.empty()
                        .put(Trees.path("/a"), young)
                        .put(Trees.path("/b"), young)
                        .build());
        assertThat(attributes(tree, "/a").mtimeSeconds()).isEqualTo(100);
        assertThat(attributes(tree, "/a").mtimeNanos()).isZero();
        assertThat(tree.get(Trees.path("/a")).orElseThrow())
                .isSameAs(tree.get(Trees.path("/b")).orElseThrow());
        assertThat(attributes(tree, "/").mtimeSeconds()).isEqualTo(5);
    }

    @Test
    void inventory_splitsVersions() throws Exception {
        List<PackageLayer> layers = List.of(
                new PackageLayer(
                        "z", "2:1.2-rc1-3+b1", "amd64", Map.of("Section", "net"), Set.of(), new TreeMap<>(), List.of()),
                new PackageLayer("a", "7", "all", Map.of(), Set.of(), new TreeMap<>(), List.of()));
        List<JsonObject> content =
                Json.parseObject(Inventory.of(layers, "x86_64", 86400)).objects("Content");
        assertThat(content.get(0).string("Name")).isEqualTo("a");
        assertThat(content.get(0).string("Architecture")).isEqualTo("noarch");
        assertThat(content.get(0).string("Version")).isEqualTo("7");
        assertThat(content.get(0).string("Epoch")).isEqualTo("0");
        assertThat(content.get(1).string("Version")).isEqualTo("1.2-rc1");
        assertThat(content.get(1).string("Release")).isEqualTo("3+b1");
        assertThat(content.get(1).string("Epoch")).isEqualTo("2");
        assertThat(content.get(1).string("InstalledTime")).isEqualTo("1970-01-02T00:00:00Z");
    }

    @Test
    void tmpfiles_escapesAndFailures() throws Exception {
        FileTree tree = Trees.empty()
                .file(
                        "/usr/lib/tmpfiles.d/a.conf",
                        Trees.FILE,
                        Trees.utf8("d /etc/with\\x20blank 0755\nd /run/x 0755\nd /etc/%m 0755\n"))
                .build();
        FileTree result = new TmpfilesTransform(5).apply(tree);
        assertThat(result.contains(Trees.path("/etc/with blank"))).isTrue();
        assertThat(result.contains(Trees.path("/run"))).isFalse();
        FileTree odd = Trees.empty()
                .file("/usr/lib/tmpfiles.d/a.conf", Trees.FILE, Trees.utf8("d /etc/../x 0755\n"))
                .build();
        assertThat(catchThrowableOfType(BuildException.class, () -> new TmpfilesTransform(5).apply(odd)))
                .hasMessageContaining("a.conf");
    }

    @Test
    void globs_neverFail() {
        assertThat(Glob.ofName("a[]").matcher("a[]").matches()).isTrue();
        assertThat(Glob.ofName("a[!]").matcher("a[!]").matches()).isTrue();
        assertThat(Glob.ofName("[z-a]x").matcher("zx").matches()).isFalse();
        assertThat(Glob.ofName("[]x]").matcher("]").matches()).isTrue();
        assertThat(Glob.ofName("[!a-c]*.s?").matcher("dxx.so").matches()).isTrue();
        assertThat(Glob.ofName("[^a-c]*").matcher("bxx").matches()).isFalse();
        assertThat(Glob.ofName("a\\x2d.(b)").matcher("a\\x2d.(b)").matches()).isTrue();
        java.util.Random random = new java.util.Random(8);
        for (int i = 0; i < 5000; i++) {
            StringBuilder glob = new StringBuilder();
            for (int k = 0; k < 8; k++) {
                glob.append("[]!^-a&\\*?z".charAt(random.nextInt(11)));
            }
            assertThat(Glob.ofName(glob.toString())).isNotNull();
        }
    }

    @Test
    void units_thatDoNotExist() {
        FileTree with = Trees.empty()
                .directories(Trees.path("/usr/lib/systemd/system"), Trees.DIRECTORY)
                .build();
        FileTree without = Trees.empty().build();
        for (FileTree tree : List.of(with, without)) {
            BuildException e = catchThrowableOfType(
                    BuildException.class,
                    () -> new UnitsTransform(List.of("x.service"), List.of(), List.of(), Optional.empty(), 5)
                            .apply(tree));
            assertThat(e).hasMessageContaining("x.service");
        }
    }
}
