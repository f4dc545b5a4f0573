package dev.caisson.benchmark;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.repository.rpmmd.RepomdFile;
import dev.caisson.repository.rpmmd.RpmChangelog;
import dev.caisson.repository.rpmmd.RpmEntry;
import dev.caisson.repository.rpmmd.RpmFile;
import dev.caisson.repository.rpmmd.RpmMdWriter;
import dev.caisson.repository.rpmmd.RpmPackageMetadata;
import dev.caisson.repository.rpmmd.RpmRelation;
import dev.caisson.resolver.Comparison;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Writes the metadata of a repository as large as a distribution's, without its packages: names, libraries and file lists of the
 * usual number and length. Words: folder, number of packages.
 */
public final class LargeRepository {
    private static final long SEED = 30_000;
    private static final long TIME = 1_700_000_000;
    private static final int FILES = 80;
    private static final int MAX_REQUIRES = 12;

    private final Random random = new Random(SEED);

    private LargeRepository() {}

    /** Writes the metadata. */
    public static void main(String[] words) throws IOException {
        Path folder = Path.of(words[0]);
        int count = Integer.parseInt(words[1]);
        LargeRepository repository = new LargeRepository();
        try (RpmMdWriter writer = RpmMdWriter.into(folder, count, RpmMdWriter.Options.of(TIME))) {
            for (int i = 0; i < count; i++) {
                writer.add(repository.next(i));
            }
            Files.write(folder.resolve(RepomdFile.PATH), writer.finish());
        }
    }

    /** Packages are numbered so that their names sort as their numbers do. */
    private static String name(int i) {
        return String.format(Locale.ROOT, "package-%06d", i);
    }

    private static String library(int i) {
        return "lib" + name(i) + ".so." + i % 9 + "()(64bit)";
    }

    private RpmPackageMetadata next(int i) {
        String version = "1." + i % 40 + "." + i % 7;
        Map<RpmRelation, List<RpmEntry>> relations = new EnumMap<>(RpmRelation.class);
        relations.put(
                RpmRelation.PROVIDES,
                List.of(
                        RpmEntry.of(library(i)),
                        new RpmEntry(name(i), Comparison.EQUAL, "0", version, "1.fc40", false),
                        new RpmEntry(name(i) + "(x86-64)", Comparison.EQUAL, "0", version, "1.fc40", false)));
        relations.put(RpmRelation.REQUIRES, requires(i));
        if (i > 0 && random.nextInt(10) == 0) {
            relations.put(RpmRelation.RECOMMENDS, List.of(RpmEntry.of(name(random.nextInt(i)))));
        }
        String location = "Packages/" + name(i) + "-" + version + "-1.fc40.x86_64.rpm";
        return new RpmPackageMetadata(
                name(i),
                "0",
                version,
                "1.fc40",
                "x86_64",
                DigestAlgorithm.SHA256.of(location.getBytes(StandardCharsets.UTF_8)),
                location,
                "",
                new RpmPackageMetadata.Sizes(TIME, TIME, 100_000 + i, 400_000, 410_000),
                new RpmPackageMetadata.Texts(
                        "The package number " + i,
                        "What the package number " + i + " is for, in a few more words.",
                        "",
                        "https://example.org/" + i,
                        "Apache-2.0",
                        "Example",
                        "Unspecified",
                        "host",
                        name(i) + "-" + version + "-1.fc40.src.rpm"),
                4504,
                20_000,
                relations,
                files(i),
                List.of(new RpmChangelog("Somebody <a@example.org> - " + version, TIME, "- A change")));
    }

    private List<RpmEntry> requires(int i) {
        List<RpmEntry> requires = new ArrayList<>();
        for (int k = random.nextInt(MAX_REQUIRES); i > 0 && k > 0; k--) {
            int first = (int) (i * Math.pow(random.nextDouble(), 3));
            requires.add(
                    switch (k % 4) {
                        case 0 -> new RpmEntry(name(first), Comparison.GREATER_OR_EQUAL, "0", "1.0", "", false);
                        case 1 -> RpmEntry.of("/usr/bin/" + name(first));
                        default -> RpmEntry.of(library(first));
                    });
        }
        return requires;
    }

    private List<RpmFile> files(int i) {
        List<RpmFile> files = new ArrayList<>();
        files.add(new RpmFile("/usr/bin/" + name(i), RpmFile.Type.FILE));
        files.add(new RpmFile("/usr/share/" + name(i), RpmFile.Type.DIR));
        for (int k = random.nextInt(2 * FILES); k > 0; k--) {
            files.add(new RpmFile("/usr/share/" + name(i) + "/data/part-" + k + ".dat", RpmFile.Type.FILE));
        }
        return files;
    }
}
