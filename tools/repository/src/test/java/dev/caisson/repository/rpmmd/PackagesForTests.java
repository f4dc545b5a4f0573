package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.resolver.Comparison;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Short ways of writing packages and repositories in tests. */
final class PackagesForTests {
    private PackagesForTests() {}

    /** {@code "name epoch:version-release arch"}, then {@code "requires: a >= 1"}, {@code "file: /path"}, … */
    static RpmPackageMetadata pkg(String nameAndVersion, String... fields) {
        String[] words = nameAndVersion.split(" ");
        String arch = words.length > 2 ? words[2] : "noarch";
        Map<RpmRelation, List<RpmEntry>> relations = new EnumMap<>(RpmRelation.class);
        List<RpmFile> files = new ArrayList<>();
        int colon = words[1].indexOf(':');
        String epoch = colon < 0 ? "0" : words[1].substring(0, colon);
        String version = words[1].substring(colon + 1, words[1].indexOf('-'));
        String release = words[1].substring(words[1].indexOf('-') + 1);
        relations
                .computeIfAbsent(RpmRelation.PROVIDES, k -> new ArrayList<>())
                .add(new RpmEntry(words[0], Comparison.EQUAL, epoch, version, release, false));
        for (String field : fields) {
            String key = field.substring(0, field.indexOf(':'));
            String value = field.substring(field.indexOf(':') + 1).strip();
            switch (key) {
                case "file" -> files.add(new RpmFile(value, RpmFile.Type.FILE));
                case "dir" -> files.add(new RpmFile(value, RpmFile.Type.DIR));
                case "ghost" -> files.add(new RpmFile(value, RpmFile.Type.GHOST));
                default ->
                    relations
                            .computeIfAbsent(
                                    RpmRelation.valueOf(key.toUpperCase(java.util.Locale.ROOT)), k -> new ArrayList<>())
                            .add(entry(value));
            }
        }
        String location = "Packages/" + words[0] + "-" + version + "-" + release + "." + arch + ".rpm";
        return new RpmPackageMetadata(
                words[0],
                epoch,
                version,
                release,
                arch,
                DigestAlgorithm.SHA256.of(String.join("\n", nameAndVersion, String.join("\n", fields))
                        .getBytes(StandardCharsets.UTF_8)),
                location,
                "",
                new RpmPackageMetadata.Sizes(1, 2, 3, 4, 5),
                new RpmPackageMetadata.Texts("", "", "", "", "MIT", "", "", "", ""),
                4504,
                9999,
                relations,
                files,
                List.of());
    }

    static RpmEntry entry(String text) {
        String[] words = text.startsWith("(") ? new String[] {text} : text.split(" ");
        if (words.length < 3) {
            return RpmEntry.of(words[0]);
        }
        int colon = words[2].indexOf(':');
        int dash = words[2].lastIndexOf('-');
        return new RpmEntry(
                words[0],
                Comparison.parse(words[1]),
                colon < 0 ? "0" : words[2].substring(0, colon),
                words[2].substring(colon + 1, dash < 0 ? words[2].length() : dash),
                dash < 0 ? "" : words[2].substring(dash + 1),
                false);
    }

    /** Files in memory, which counts what is asked for. */
    static final class Served implements RpmMdFiles {
        final Map<String, byte[]> files;
        final List<String> asked = new ArrayList<>();

        Served(Map<String, byte[]> files) {
            this.files = files;
        }

        @Override
        public ByteSource open(RepomdFile.Data file) throws IOException {
            asked.add(file.type());
            byte[] bytes = files.get(file.location());
            if (bytes == null) {
                throw new FileNotFoundException(file.location());
            }
            return ByteSource.of(bytes);
        }

        RpmMdRepository repository(RpmMdSettings settings) throws IOException {
            return RpmMdRepository.open(settings, ByteSource.of(files.get(RepomdFile.PATH)), this);
        }
    }

    static Served served(RpmPackageMetadata... packages) {
        return new Served(RpmMdWriter.write(List.of(packages), RpmMdWriter.Options.of(1_700_000_000)));
    }

    /** A package with something of everything. */
    static RpmPackageMetadata random(Random random, int number) {
        Map<RpmRelation, List<RpmEntry>> relations = new EnumMap<>(RpmRelation.class);
        for (RpmRelation kind : RpmRelation.values()) {
            List<RpmEntry> list = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                boolean versioned = random.nextBoolean();
                list.add(new RpmEntry(
                        text(random) + kind + i,
                        versioned ? Comparison.values()[1 + random.nextInt(5)] : Comparison.ANY,
                        versioned ? "" + random.nextInt(3) : "",
                        versioned ? "" + random.nextInt(100) : "",
                        versioned && random.nextBoolean() ? "1" : "",
                        kind == RpmRelation.REQUIRES && random.nextBoolean()));
            }
            relations.put(kind, list);
        }
        List<RpmFile> files = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            String folder = random.nextBoolean() ? "/usr/bin/" : "/usr/share/";
            files.add(new RpmFile(folder + text(random), RpmFile.Type.values()[random.nextInt(3)]));
        }
        List<RpmChangelog> log = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            log.add(new RpmChangelog("A <a@example.org> - " + i, 1_600_000_000L - i, "- " + text(random) + "\n- more"));
        }
        byte[] digest = new byte[32];
        random.nextBytes(digest);
        return new RpmPackageMetadata(
                "p" + number,
                "" + random.nextInt(2),
                "" + random.nextInt(9),
                "" + random.nextInt(9),
                random.nextBoolean() ? "x86_64" : "noarch",
                new dev.caisson.bytes.Digest(DigestAlgorithm.SHA256, digest),
                "p/" + number + ".rpm",
                random.nextInt(4) == 0 ? "https://example.org/other" : "",
                new RpmPackageMetadata.Sizes(
                        random.nextInt(99), random.nextInt(99), random.nextLong() >>> 8, random.nextInt(9), 1),
                new RpmPackageMetadata.Texts(
                        text(random),
                        text(random) + "\n\n  two  ",
                        text(random),
                        "",
                        "GPL-2.0-or-later",
                        text(random),
                        "x",
                        "host",
                        "p.src.rpm"),
                random.nextInt(999),
                random.nextInt(9999),
                relations,
                files,
                log);
    }

    private static String text(Random random) {
        String alphabet = "abcXYZ019 <>&\"'äß€\uD83D\uDE00()\t\n.-";
        StringBuilder text = new StringBuilder("t");
        for (int i = random.nextInt(12); i > 0; i--) {
            text.appendCodePoint(alphabet.codePointAt(
                    alphabet.offsetByCodePoints(0, random.nextInt(alphabet.codePointCount(0, alphabet.length())))));
        }
        return text.toString();
    }
}
