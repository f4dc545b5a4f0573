import dev.caisson.compression.DeflateEncoder;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the distribution archive: the tool with a Java runtime of its own, for machines without Java. Run by Maven as a
 * single-file program with the tool's jars as class path; no part of the tool.
 *
 * <p>The same jars and the same JDK give the same bytes: entries are sorted, owners and times fixed, modes set by rule, and
 * the compressor is our own.
 */
final class Distribution {
    /**
     * What the jars need at run time. jdeps lists java.desktop and java.sql as well, for parts of commons-lang3,
     * commons-compress (pack200) and Bouncy Castle that nothing here calls.
     */
    private static final String MODULES = "java.base,java.logging,java.management,java.naming,java.net.http,java.xml,jdk.crypto.ec";

    private static final String MAIN = "dev.caisson.cli.Main";
    private static final int BLOCK = 512;
    private static final int RECORD = 20 * BLOCK;
    private static final int LEVEL = 6;

    private final Path repository;
    private final Path libraries;
    private final Path folder;
    private final Instant time;

    private Distribution(Path repository, Path libraries, Path folder, Instant time) {
        this.repository = repository;
        this.libraries = libraries;
        this.folder = folder;
        this.time = time;
    }

    /** Arguments: repository, folder of jars, output folder, version, time of all entries (ISO 8601). */
    public static void main(String[] args) throws Exception {
        Path target = Path.of(args[2]);
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).replaceAll("[^a-z].*", "");
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String name = "caisson-" + args[3] + "-" + os + "-" + (machine.equals("amd64") ? "x86_64" : machine);
        Path work = target.resolve("dist");
        delete(work);
        Distribution made = new Distribution(
                Path.of(args[0]), Path.of(args[1]), work.resolve(name), Instant.parse(args[4]));
        made.stage();
        Path archive = target.resolve(name + ".tar.gz");
        Path temporary = target.resolve(name + ".tar.gz.tmp");
        Files.write(temporary, DeflateEncoder.gzip(made.tar(name), LEVEL));
        Files.move(temporary, archive, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        delete(work);
    }

    private void stage() throws Exception {
        Files.createDirectories(folder);
        runtime();
        List<Path> jars = tree(libraries, file -> file.toString().endsWith(".jar"));
        StringBuilder names = new StringBuilder();
        MessageDigest build = MessageDigest.getInstance("SHA-256");
        for (Path jar : jars) {
            copy(jar, folder.resolve("lib").resolve(jar.getFileName()));
            names.append(jar.getFileName()).append('\n');
            build.update(Files.readAllBytes(jar));
        }
        for (Path jar : tree(libraries.resolveSibling("publish"), file -> file.toString().endsWith(".jar"))) {
            copy(jar, folder.resolve("lib/publish").resolve(jar.getFileName()));
        }
        Files.writeString(folder.resolve("lib/classpath"), names);
        Files.writeString(folder.resolve("lib/build"), HexFormat.of().formatHex(build.digest()) + "\n");
        copy(repository.resolve("buildsys/cli/src/dist/bin/caisson"), folder.resolve("bin/caisson"));
        // Locks and keys are a machine's own; everything else in variants/ is part of the product.
        Path variants = repository.resolve("variants");
        for (Path file : tree(variants, f -> !f.toString().endsWith(".lock") && !f.toString().contains(".caisson"))) {
            copy(file, folder.resolve("variants").resolve(variants.relativize(file).toString()));
        }
        // Recipes name files of sources/ beside their folder.
        for (String data : List.of("packages", "sources")) {
            Path from = repository.resolve(data);
            for (Path file : tree(from, f -> !f.toString().endsWith(".lock"))) {
                copy(file, folder.resolve(data).resolve(from.relativize(file).toString()));
            }
        }
        for (String text : List.of("LICENSE", "NOTICE", "README.md", "CHANGELOG.md")) {
            copy(repository.resolve(text), folder.resolve(text));
        }
        classes(jars);
    }

    private void runtime() {
        ToolProvider jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new IllegalStateException("this Java has no jlink: use a JDK"));
        int status = jlink.run(
                System.out,
                System.err,
                "--add-modules",
                MODULES,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--output",
                folder.resolve("runtime").toString());
        if (status != 0) {
            throw new IllegalStateException("jlink failed with " + status
                    + "; does this JDK have jmods? -Dexec.skip leaves the distribution archive out");
        }
    }

    private void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
    }

    /**
     * The list of classes that a start loads. bin/caisson makes the archive of classes from it where the tool is used: the
     * JVM ties an archive to the jars' place, and gives other bytes at every run.
     */
    private void classes(List<Path> jars) throws IOException, InterruptedException {
        Path raw = folder.resolveSibling("classes.lst");
        String classpath = jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        run("-Xshare:off", "-XX:DumpLoadedClassList=" + raw, "-XX:+UseSerialGC", "-cp", classpath, MAIN, "warm-up");
        // Threads load classes in an order of their own, and the numbers tell that order.
        List<String> lines = Files.readAllLines(raw).stream()
                .filter(line -> !line.startsWith("#") && !line.contains(" source: "))
                .map(line -> line.replaceFirst(" id: \\d+$", ""))
                .distinct()
                .sorted(Comparator.comparing((String line) -> line.startsWith("@"))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        Files.write(folder.resolve("lib/classes.lst"), lines);
    }

    private void run(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(folder.resolve("runtime/bin/java").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + "\n" + output);
        }
    }

    private byte[] tar(String name) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Path file : tree(folder, any -> true)) {
            String path = name + "/" + folder.relativize(file).toString().replace(File.separatorChar, '/');
            if (Files.isSymbolicLink(file)) {
                String link = Files.readSymbolicLink(file).toString().replace(File.separatorChar, '/');
                out.writeBytes(header(path, 0777, 0, '2', link));
            } else {
                byte[] content = Files.readAllBytes(file);
                out.writeBytes(header(path, Files.isExecutable(file) ? 0755 : 0644, content.length, '0', ""));
                out.writeBytes(content);
                out.writeBytes(new byte[-content.length & BLOCK - 1]);
            }
        }
        out.writeBytes(new byte[2 * BLOCK]);
        out.writeBytes(new byte[(RECORD - out.size() % RECORD) % RECORD]);
        return out.toByteArray();
    }

    /** A ustar header; a path of more than 100 bytes is split at a slash. */
    private byte[] header(String path, int mode, long size, char type, String link) {
        int cut = path.length() <= 100 ? -1 : path.indexOf('/', path.length() - 101);
        String prefix = cut < 0 ? "" : path.substring(0, cut);
        String name = path.substring(cut + 1);
        if (name.length() > 100 || prefix.length() > 155 || link.length() > 100) {
            throw new IllegalStateException("the path is too long for ustar: " + path);
        }
        byte[] block = new byte[BLOCK];
        put(block, 0, name);
        put(block, 100, String.format(Locale.ROOT, "%07o", mode));
        put(block, 108, "0000000");
        put(block, 116, "0000000");
        put(block, 124, String.format(Locale.ROOT, "%011o", size));
        put(block, 136, String.format(Locale.ROOT, "%011o", time.getEpochSecond()));
        put(block, 148, "        ");
        block[156] = (byte) type;
        put(block, 157, link);
        put(block, 257, "ustar\0" + "00");
        put(block, 345, prefix);
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, String.format(Locale.ROOT, "%06o", sum) + "\0 ");
        return block;
    }

    private static void put(byte[] block, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, block, offset, bytes.length);
    }

    /** Files and links below a folder, sorted. */
    private static List<Path> tree(Path root, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> wanted.test(root.relativize(file)))
                    .sorted(Comparator.comparing(file -> root.relativize(file).toString()))
                    .toList();
        }
    }

    private static void delete(Path root) throws IOException {
        if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
