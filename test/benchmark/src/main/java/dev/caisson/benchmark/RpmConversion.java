package dev.caisson.benchmark;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.compression.Codec;
import dev.caisson.deb.DataVisitor;
import dev.caisson.deb.Deb822Paragraph;
import dev.caisson.deb.DebLimits;
import dev.caisson.deb.DebPackage;
import dev.caisson.deb.Relation;
import dev.caisson.deb.RelationParser;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.TreePath;
import dev.caisson.resolver.Comparison;
import dev.caisson.resolver.Requirement;
import dev.caisson.rpm.DependencyKind;
import dev.caisson.rpm.PayloadCheck;
import dev.caisson.rpm.PayloadVisitor;
import dev.caisson.rpm.RpmDependency;
import dev.caisson.rpm.RpmFile;
import dev.caisson.rpm.RpmFileRequest;
import dev.caisson.rpm.RpmLimits;
import dev.caisson.rpm.RpmOptions;
import dev.caisson.rpm.RpmPackage;
import dev.caisson.rpm.RpmPlanner;
import dev.caisson.rpm.RpmRequest;
import dev.caisson.rpm.RpmText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns Debian packages into RPM packages, so that a repository of real packages can be measured: the same files, owners by name,
 * the relations in RPM's words, no scripts. Words: target folder, zstd level, then package files; or {@code --again}, an RPM package, a
 * mark and a target folder, which replaces the package by a later one.
 */
public final class RpmConversion {
    /** The numbers that Debian's base-passwd gives away; what is above has its number for a name. */
    private static final Map<Long, String> USERS = Map.ofEntries(
            Map.entry(0L, "root"),
            Map.entry(1L, "daemon"),
            Map.entry(2L, "bin"),
            Map.entry(3L, "sys"),
            Map.entry(5L, "games"),
            Map.entry(6L, "man"),
            Map.entry(7L, "lp"),
            Map.entry(8L, "mail"),
            Map.entry(10L, "uucp"),
            Map.entry(13L, "proxy"),
            Map.entry(33L, "www-data"),
            Map.entry(34L, "backup"),
            Map.entry(42L, "_apt"),
            Map.entry(65534L, "nobody"));

    private static final Map<Long, String> GROUPS = Map.ofEntries(
            Map.entry(0L, "root"),
            Map.entry(1L, "daemon"),
            Map.entry(2L, "bin"),
            Map.entry(3L, "sys"),
            Map.entry(4L, "adm"),
            Map.entry(5L, "tty"),
            Map.entry(6L, "disk"),
            Map.entry(7L, "lp"),
            Map.entry(8L, "mail"),
            Map.entry(12L, "man"),
            Map.entry(15L, "kmem"),
            Map.entry(33L, "www-data"),
            Map.entry(42L, "shadow"),
            Map.entry(43L, "utmp"),
            Map.entry(50L, "staff"),
            Map.entry(60L, "games"),
            Map.entry(65534L, "nogroup"));

    private static final String DEPENDS = "Depends";

    private RpmConversion() {}

    /** Converts the packages. */
    public static void main(String[] words) throws IOException {
        if (words[0].equals("--again")) {
            rebuild(Path.of(words[1]), words[2], Path.of(words[3]));
            return;
        }
        Path target = Files.createDirectories(Path.of(words[0]));
        RpmOptions options = new RpmOptions(Codec.ZSTD, Integer.parseInt(words[1]), 64 << 20);
        for (String word : List.of(words).subList(2, words.length)) {
            convert(Path.of(word), target, options);
        }
    }

    /** Writes a package anew with another release, and with a few more bytes in every program and library. */
    private static void rebuild(Path file, String mark, Path target) throws IOException {
        try (FileSource source = FileSource.open(file)) {
            RpmPackage rpm = RpmPackage.open(source, RpmLimits.DEFAULT);
            RpmRequest.Builder request = RpmRequest.builder(
                            rpm.name(), rpm.version(), rpm.release() + ".again" + mark, rpm.architecture())
                    .buildTime(rpm.buildTimeSeconds().orElse(0) + 1)
                    .text(RpmText.LICENSE, rpm.text(RpmText.LICENSE))
                    .text(RpmText.SUMMARY, rpm.text(RpmText.SUMMARY));
            rpm.epoch().ifPresent(request::epoch);
            for (DependencyKind kind : DependencyKind.values()) {
                for (RpmDependency dependency : rpm.dependencies(kind)) {
                    boolean own = kind == DependencyKind.PROVIDES
                            && (dependency.name().equals(rpm.name())
                                    || dependency.name().startsWith(rpm.name() + "("));
                    boolean added = dependency.name().startsWith("rpmlib(")
                            || dependency.name().startsWith("config(");
                    if (!own && !added) {
                        request.dependency(kind, dependency);
                    }
                }
            }
            Again again = new Again(mark.getBytes(StandardCharsets.UTF_8));
            rpm.readPayload(again, PayloadCheck.DIGESTS);
            again.files.values().forEach(request::file);
            RpmRequest built = request.build();
            Files.delete(file);
            try (FileSink sink = FileSink.create(target.resolve(built.name() + "-" + built.version() + "-"
                    + built.release() + "." + built.architecture() + ".rpm"))) {
                RpmPlanner.plan(built, new RpmOptions(Codec.ZSTD, 3, 64 << 20)).writeTo(sink);
            }
        }
    }

    /**
     * Converts one package.
     *
     * @return the RPM package
     */
    static Path convert(Path file, Path target, RpmOptions options) throws IOException {
        try (FileSource source = FileSource.open(file)) {
            DebPackage deb = DebPackage.open(file.toString(), source, DebLimits.DEFAULT);
            Deb822Paragraph control = deb.control();
            String architecture = switch (control.get("Architecture").orElse("all")) {
                case "amd64" -> "x86_64";
                case "arm64" -> "aarch64";
                default -> "noarch";
            };
            String[] evr = evr(control.get("Version").orElseThrow());
            Contents contents = new Contents(configuration(deb));
            deb.readData(contents);
            RpmRequest.Builder request = RpmRequest.builder(
                            control.get("Package").orElseThrow(), evr[1], evr[2].isEmpty() ? "0" : evr[2], architecture)
                    .buildTime(contents.newest)
                    .text(RpmText.LICENSE, "unknown")
                    .text(
                            RpmText.SUMMARY,
                            control.lines("Description").stream().findFirst().orElse("none"));
            if (!evr[0].isEmpty()) {
                request.epoch(Long.parseLong(evr[0]));
            }
            contents.files.values().forEach(request::file);
            relations(request, control, "Pre-Depends", DependencyKind.REQUIRES);
            relations(request, control, DEPENDS, DependencyKind.REQUIRES);
            relations(request, control, "Recommends", DependencyKind.RECOMMENDS);
            relations(request, control, "Conflicts", DependencyKind.CONFLICTS);
            relations(request, control, "Breaks", DependencyKind.CONFLICTS);
            relations(request, control, "Provides", DependencyKind.PROVIDES);
            RpmRequest built = request.build();
            Path rpm = target.resolve(
                    built.name() + "-" + built.version() + "-" + built.release() + "." + built.architecture() + ".rpm");
            Files.deleteIfExists(rpm);
            try (FileSink sink = FileSink.create(rpm)) {
                RpmPlanner.plan(built, options).writeTo(sink);
            }
            return rpm;
        }
    }

    private static Set<String> configuration(DebPackage deb) {
        byte[] list = deb.controlFiles().getOrDefault("conffiles", new byte[0]);
        return new HashSet<>(List.of(new String(list, StandardCharsets.UTF_8).split("\n")));
    }

    /** Epoch, version and release; a version in RPM has no dash. */
    static String[] evr(String debian) {
        int colon = debian.indexOf(':');
        String rest = debian.substring(colon + 1);
        int dash = rest.lastIndexOf('-');
        String version = dash < 0 ? rest : rest.substring(0, dash);
        return new String[] {
            colon < 0 ? "" : debian.substring(0, colon),
            version.replace('-', '.'),
            dash < 0 ? "" : rest.substring(dash + 1)
        };
    }

    private static String version(String debian) {
        String[] evr = evr(debian);
        return (evr[0].isEmpty() ? "" : evr[0] + ":") + evr[1] + (evr[2].isEmpty() ? "" : "-" + evr[2]);
    }

    private static void relations(
            RpmRequest.Builder request, Deb822Paragraph control, String field, DependencyKind kind) throws IOException {
        String text = control.folded(field).orElse("");
        if (text.isEmpty()) {
            return;
        }
        for (Relation relation : RelationParser.relations(text)) {
            List<Requirement> alternatives = relation.alternatives();
            if (alternatives.size() == 1) {
                Requirement only = behind(alternatives.get(0));
                request.dependency(
                        kind, new RpmDependency(only.name(), flags(only.comparison()), version(only.version())));
            } else {
                String any = alternatives.stream()
                        .map(RpmConversion::behind)
                        .map(one -> one.comparison() == Comparison.ANY
                                ? one.name()
                                : one.name() + " " + one.comparison().symbol() + " " + version(one.version()))
                        .collect(Collectors.joining(" or "));
                request.dependency(kind, new RpmDependency("(" + any + ")", 0, ""));
            }
        }
    }

    /** In Debian 2-1 is later than 2, in RPM a bound without release is met by every release: "later than 2" is 2-0 or later. */
    private static Requirement behind(Requirement bound) {
        boolean unreleased =
                bound.comparison() == Comparison.GREATER && bound.version().indexOf('-') < 0;
        return unreleased
                ? new Requirement(
                        bound.name(), bound.architecture(), Comparison.GREATER_OR_EQUAL, bound.version() + "-0")
                : bound;
    }

    private static long flags(Comparison comparison) {
        return switch (comparison) {
            case LESS -> RpmDependency.LESS;
            case LESS_OR_EQUAL -> RpmDependency.LESS | RpmDependency.EQUAL;
            case EQUAL -> RpmDependency.EQUAL;
            case GREATER_OR_EQUAL -> RpmDependency.GREATER | RpmDependency.EQUAL;
            case GREATER -> RpmDependency.GREATER;
            default -> 0;
        };
    }

    private static final class Contents implements DataVisitor {
        private final Map<TreePath, RpmFileRequest> files = new HashMap<>();
        private final Set<String> configuration;
        private long newest;

        private Contents(Set<String> configuration) {
            this.configuration = configuration;
        }

        private void add(TreePath path, Attributes attributes, RpmFileRequest file) {
            newest = Math.max(newest, file.mtimeSeconds());
            int flags = configuration.contains(path.toString()) ? RpmFile.CONFIG | RpmFile.NO_REPLACE : 0;
            String user = USERS.getOrDefault(attributes.uid(), Long.toString(attributes.uid()));
            String group = GROUPS.getOrDefault(attributes.gid(), Long.toString(attributes.gid()));
            files.put(path, file.withFlags(flags).withOwner(user, group));
        }

        @Override
        public void directory(TreePath path, Attributes attributes) {
            if (!path.isRoot()) {
                add(path, attributes, RpmFileRequest.directory(path, attributes.mode(), attributes.mtimeSeconds()));
            }
        }

        @Override
        public void file(TreePath path, Attributes attributes, long sizeBytes, InputStream content) throws IOException {
            add(
                    path,
                    attributes,
                    RpmFileRequest.regular(
                            path, attributes.mode(), attributes.mtimeSeconds(), ByteSource.of(content.readAllBytes())));
        }

        @Override
        public void symlink(TreePath path, Attributes attributes, byte[] target) {
            add(path, attributes, RpmFileRequest.symlink(path, attributes.mtimeSeconds(), target));
        }

        @Override
        public void hardLink(TreePath path, TreePath existing) {
            files.put(path, RpmFileRequest.hardLink(path, files.get(existing)));
        }

        @Override
        public void device(TreePath path, Attributes attributes, boolean block, int major, int minor) {
            throw new IllegalArgumentException("a device: " + path);
        }

        @Override
        public void fifo(TreePath path, Attributes attributes) {
            add(path, attributes, RpmFileRequest.fifo(path, attributes.mode(), attributes.mtimeSeconds()));
        }
    }

    /** The files of a package, programs and libraries with a mark behind them. */
    private static final class Again implements PayloadVisitor {
        private final Map<TreePath, RpmFileRequest> files = new HashMap<>();
        private final byte[] mark;

        private Again(byte[] mark) {
            this.mark = mark;
        }

        private void add(RpmFile file, RpmFileRequest request) {
            files.put(file.path(), request.withFlags(file.flags()).withOwner(file.user(), file.group()));
        }

        @Override
        public void directory(RpmFile file) {
            add(file, RpmFileRequest.directory(file.path(), file.mode(), file.mtimeSeconds()));
        }

        @Override
        public void file(RpmFile file, InputStream content) throws IOException {
            byte[] bytes = content.readAllBytes();
            if (bytes.length > 4 && bytes[1] == 'E' && bytes[2] == 'L' && bytes[3] == 'F') {
                int length = bytes.length;
                bytes = java.util.Arrays.copyOf(bytes, length + mark.length);
                System.arraycopy(mark, 0, bytes, length, mark.length);
            }
            add(file, RpmFileRequest.regular(file.path(), file.mode(), file.mtimeSeconds(), ByteSource.of(bytes)));
        }

        @Override
        public void hardLink(RpmFile file, RpmFile existing) {
            files.put(file.path(), RpmFileRequest.hardLink(file.path(), files.get(existing.path())));
        }

        @Override
        public void symlink(RpmFile file) {
            add(file, RpmFileRequest.symlink(file.path(), file.mtimeSeconds(), file.linkTarget()));
        }

        @Override
        public void special(RpmFile file) {
            throw new IllegalArgumentException("a special file: " + file.path());
        }
    }
}
