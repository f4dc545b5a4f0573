package dev.caisson.selinux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.fixture.Oracle;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels are those of libselinux' matchpathcon, for Debian's policy and for one that is made of odd cases. */
@Tag("oracle")
class FileContextsOracleTest {
    private static final Path MATCHPATHCON = Path.of("/usr/sbin/matchpathcon");
    private static final Path POLICY = Path.of("/etc/selinux/default/contexts/files/file_contexts");
    private static final Map<FileKind, String> MODES = Map.of(
            FileKind.REGULAR, "file",
            FileKind.DIRECTORY, "dir",
            FileKind.SYMLINK, "lnk_file",
            FileKind.CHARACTER_DEVICE, "chr_file",
            FileKind.BLOCK_DEVICE, "blk_file",
            FileKind.FIFO, "pipe",
            FileKind.SOCKET, "sock_file");
    private static final int BATCH = 2000;

    @TempDir
    static Path folder;

    private static void requirePolicy() {
        if (!Files.exists(POLICY)) {
            throw Oracle.missing(POLICY + " is missing: install the Debian package selinux-policy-default");
        }
    }

    private static String run(List<String> command) throws Exception {
        return Oracle.run(folder, command.toArray(String[]::new));
    }

    private static Optional<byte[]> read(Path main, String suffix) throws Exception {
        Path file = Path.of(main + suffix);
        return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    private static FileContexts contexts(Path main) throws Exception {
        return FileContexts.parse(new PolicyFiles(
                "file_contexts",
                Files.readAllBytes(main),
                read(main, ".homedirs"),
                read(main, ".local"),
                read(main, ".subs"),
                read(main, ".subs_dist")));
    }

    /** What libselinux says; it may fail on no path. */
    private static Map<String, String> theirs(Path main, FileKind kind, List<String> paths) throws Exception {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int from = 0; from < paths.size(); from += BATCH) {
            List<String> command =
                    new ArrayList<>(List.of(MATCHPATHCON.toString(), "-f", main.toString(), "-m", MODES.get(kind)));
            command.addAll(paths.subList(from, Math.min(paths.size(), from + BATCH)));
            for (String line : run(command).split("\n", -1)) {
                int tab = line.indexOf('\t');
                if (tab > 0) {
                    labels.put(line.substring(0, tab), line.substring(tab + 1));
                }
            }
        }
        return labels;
    }

    private static void compare(Path main, FileKind kind, List<String> paths) throws Exception {
        FileContexts contexts = contexts(main);
        Map<String, String> ours = new LinkedHashMap<>();
        for (String path : paths) {
            ours.put(
                    path,
                    contexts.lookup(path.getBytes(StandardCharsets.ISO_8859_1), kind)
                            .orElse("<<none>>"));
        }
        Map<String, String> theirs = theirs(main, kind, paths);
        assertThat(theirs).hasSameSizeAs(ours);
        ours.forEach((path, label) ->
                assertThat(theirs.get(path)).as(kind + " " + path).isEqualTo(label));
    }

    /** Strings that an expression of the policy matches, nearly or by chance: every construct resolved at random. */
    private static String sample(String regex, Random random) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '\\' && i + 1 < regex.length()) {
                path.append(regex.charAt(++i));
            } else if (c == '[') {
                int end = regex.indexOf(']', i + 2);
                String set = regex.substring(i + 1, end);
                char pick = set.charAt(random.nextInt(set.length()));
                path.append(pick == '^' || pick == '/' ? 'q' : pick);
                i = end;
            } else if (c == '(') {
                int end = closing(regex, i);
                String[] options = regex.substring(i + 1, end).split("\\|", -1);
                char next = end + 1 < regex.length() ? regex.charAt(end + 1) : ' ';
                if ((next != '?' && next != '*') || random.nextInt(3) > 0) {
                    path.append(sample(options[random.nextInt(options.length)].replaceAll("[()]", ""), random));
                }
                i = end;
            } else if (c == '.') {
                path.append(random.nextBoolean() ? "x" : random.nextInt(4) == 0 ? "/y" : "z9");
            } else if ("?*+".indexOf(c) < 0 && c != ')' && c != '|') {
                path.append(c);
            }
        }
        return path.toString().replaceAll("/{2,}", "/");
    }

    private static int closing(String regex, int at) {
        int depth = 0;
        for (int i = at; i < regex.length(); i++) {
            depth += regex.charAt(i) == '(' ? 1 : regex.charAt(i) == ')' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return regex.length();
    }

    private static Set<String> samples(Path main, int each, long seed) throws Exception {
        Random random = new Random(seed);
        Set<String> paths = new LinkedHashSet<>(List.of("/", "/usr", "/etc/passwd"));
        for (String suffix : List.of("", ".homedirs", ".local")) {
            for (String line :
                    new String(read(main, suffix).orElse(new byte[0]), StandardCharsets.UTF_8).split("\n", -1)) {
                for (int i = 0; i < each && !line.isBlank() && !line.startsWith("#"); i++) {
                    String path = sample(line.strip().split("\\s+")[0], random);
                    String cut = path.length() > 4 && random.nextInt(5) == 0
                            ? path.substring(0, path.length() - 1 - random.nextInt(3))
                            : path + (random.nextInt(5) == 0 ? "/sub" : "");
                    if (cut.startsWith("/") && (cut.length() == 1 || !cut.endsWith("/"))) {
                        paths.add(cut);
                    }
                }
            }
        }
        return paths;
    }

    @Test
    void debiansPolicy_labelsAsMatchpathcon() throws Exception {
        Oracle.require("matchpathcon", "selinux-utils");
        requirePolicy();
        List<String> paths = new ArrayList<>(samples(POLICY, 2, 4));
        assertThat(paths).hasSizeGreaterThan(8000);
        compare(POLICY, FileKind.REGULAR, paths);
        for (FileKind kind : FileKind.values()) {
            List<String> some = new ArrayList<>(samples(POLICY, 1, kind.ordinal()));
            Collections.shuffle(some, new Random(kind.ordinal()));
            compare(POLICY, kind, some.subList(0, 1200));
        }
    }

    /** A real tree of all types, labelled by setfiles: as root only, on a file system that takes the attribute. */
    @Test
    void aTree_isLabelledAsBySetfiles() throws Exception {
        Oracle.require("setfiles", "policycoreutils");
        Oracle.require("getfattr", "attr");
        requirePolicy();
        Assumptions.assumeTrue(
                Files.isWritable(Path.of("/etc/passwd")), "labels can be set by root only: run this test as root");
        Path root = Files.createDirectory(folder.resolve("root"));
        Map<String, FileKind> made = makeTree(root);
        run(List.of("/usr/sbin/setfiles", "-F", "-r", root.toString(), POLICY.toString(), root.toString()));
        String dump = run(List.of(
                "sh",
                "-c",
                "getfattr -h -R -P -n security.selinux --absolute-names \"$0\" 2>/dev/null || :",
                root.toString()));
        FileContexts contexts = contexts(POLICY);
        Map<String, FileKind> unlabelled = new LinkedHashMap<>(made);
        int seen = 0;
        for (String block : dump.split("\n\n", -1)) {
            String[] lines = block.strip().split("\n", -1);
            if (lines.length == 2 && lines[0].startsWith("# file: ")) {
                String path = lines[0].substring(8 + root.toString().length());
                Optional<String> ours = contexts.lookup(
                        (path.isEmpty() ? "/" : path).getBytes(StandardCharsets.ISO_8859_1),
                        made.getOrDefault(path, FileKind.DIRECTORY));
                assertThat("security.selinux=\"" + ours.orElse("none") + "\"")
                        .as(path)
                        .isEqualTo(lines[1]);
                unlabelled.remove(path);
                seen++;
            }
        }
        assertThat(seen).isGreaterThan(1200);
        for (Map.Entry<String, FileKind> left : unlabelled.entrySet()) {
            assertThat(contexts.lookup(left.getKey().getBytes(StandardCharsets.ISO_8859_1), left.getValue()))
                    .as(left.getKey())
                    .isEmpty();
        }
    }

    private static Map<String, FileKind> makeTree(Path root) throws Exception {
        Map<String, FileKind> made = new LinkedHashMap<>();
        List<String> script = new ArrayList<>();
        FileKind[] kinds = FileKind.values();
        for (String path : samples(POLICY, 1, 99)) {
            Path at = Path.of(root + path);
            boolean plain = path.matches("[-/A-Za-z0-9_.+]+") && !path.matches(".*/\\.\\.?(/.*)?");
            if (!plain || made.size() > 1500 || made.containsKey(path) || !mayMake(root, at, made)) {
                continue;
            }
            Files.createDirectories(at.getParent());
            FileKind kind = kinds[made.size() % kinds.length];
            made.put(path, kind);
            switch (kind) {
                case REGULAR -> Files.createFile(at);
                case DIRECTORY -> Files.createDirectory(at);
                case SYMLINK -> Files.createSymbolicLink(at, Path.of("nowhere"));
                case FIFO -> script.add("mknod " + at + " p");
                case BLOCK_DEVICE -> script.add("mknod " + at + " b 7 99");
                case CHARACTER_DEVICE -> script.add("mknod " + at + " c 1 3");
                case SOCKET -> {
                    if (at.toString().length() > 100) {
                        made.put(path, FileKind.REGULAR);
                        Files.createFile(at);
                    } else {
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                                .bind(UnixDomainSocketAddress.of(at))
                                .close();
                    }
                }
            }
        }
        Path file = Files.writeString(folder.resolve("make.sh"), String.join("\n", script));
        run(List.of("sh", "-e", file.toString()));
        return made;
    }

    /** Whether nothing is there, and only directories are above. */
    private static boolean mayMake(Path root, Path at, Map<String, FileKind> made) {
        if (at.equals(root)) {
            return false;
        }
        for (Path above = at.getParent(); !above.equals(root); above = above.getParent()) {
            FileKind kind = made.get("/" + root.relativize(above));
            if (kind != null && kind != FileKind.DIRECTORY) {
                return false;
            }
            if (Files.exists(above, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isDirectory(above, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
        }
        return !Files.exists(at, LinkOption.NOFOLLOW_LINKS);
    }

    @Test
    void oddRules_labelAsMatchpathcon() throws Exception {
        Oracle.require("matchpathcon", "selinux-utils");
        Path main = folder.resolve("file_contexts");
        Files.writeString(main, """
            # a comment
            /.*	system_u:object_r:default_t:s0
            /a/b		system_u:object_r:exact_t:s0
            /a/b.*		system_u:object_r:later_t:s0
            /a/b	-d	system_u:object_r:exactdir_t:s0
            /usr/x|/usr/y	system_u:object_r:either_t:s0
            /q(a|b)+[[:digit:]]{2,3}	--	system_u:object_r:digits_t:s0
            /q[]x^-]z	system_u:object_r:set_t:s0
            /q[^a-f]w	system_u:object_r:notset_t:s0
            /q{y	system_u:object_r:brace_t:s0
            /tmp/none(/.*)?	<<none>>
            /tmp/none/but\\.this	-l	system_u:object_r:but_t:s0
              /lead(/.*)?  system_u:object_r:lead_t:s0
            /x\\.y/\\d\\w+	system_u:object_r:escaped_t:s0
            /v(?!no)[a-z]*	system_u:object_r:ahead_t:s0
            /la(z)*?y	system_u:object_r:lazy_t:s0
            .*/any\\.end	system_u:object_r:any_t:s0
            /mid^dle	system_u:object_r:never_t:s0
            """);
        Files.writeString(Path.of(main + ".homedirs"), "/home/[^/]+/.+\tuser_u:object_r:home_t:s0\n");
        Files.writeString(Path.of(main + ".local"), "/lead/local\tsystem_u:object_r:local_t:s0\n");
        Files.writeString(
                Path.of(main + ".subs_dist"), "# alias\n/alias /lead\n/deep/alias /a\n/deep /home\n/torun /\n");
        Files.writeString(Path.of(main + ".subs"), "/admin /alias\n/admin /torun\n");
        List<String> paths = List.of(
                "/",
                "/zz",
                "/a",
                "/a/b",
                "/a/bc",
                "/a/b/c",
                "/usr/x",
                "/usr/xq",
                "/usr/y",
                "/usr/z/y",
                "/usr/a/usr/y",
                "/qa12",
                "/qab123",
                "/qab1234",
                "/qa1",
                "/q]z",
                "/q^z",
                "/q-z",
                "/qxz",
                "/qyz",
                "/qaw",
                "/qgw",
                "/q/w",
                "/q{y",
                "/q{",
                "/tmp/none",
                "/tmp/none/x",
                "/tmp/none/but.this",
                "/tmp/nonex",
                "/lead",
                "/lead/x",
                "/leadx",
                "/lead/local",
                "/x.y/1a",
                "/x.y/aa",
                "/xzy/1a",
                "/v",
                "/vab",
                "/vno",
                "/vnot",
                "/laz",
                "/lazy",
                "/lay",
                "/lazzzy",
                "/p/q/any.end",
                "/any.end",
                "/mid^dle",
                "/middle",
                "/home/u/f",
                "/home/u",
                "/alias",
                "/alias/local",
                "/aliasx",
                "/deep/alias/b",
                "/deep/x/y",
                "/torun/lead/local",
                "/torun",
                "/admin",
                "/admin/lead/x",
                "/admin/local");
        for (FileKind kind : FileKind.values()) {
            compare(main, kind, paths);
        }
    }
}
