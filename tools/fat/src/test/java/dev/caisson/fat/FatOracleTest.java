package dev.caisson.fat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.caisson.bytes.ByteSource;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** fsck.vfat (Debian package dosfstools) and mtools find our volumes right, and we read what they make. */
@Tag("oracle")
class FatOracleTest {
    @TempDir
    Path folder;

    private static void need(String tool, String debianPackage) {
        boolean found = Files.exists(Path.of(tool));
        if (!found && (System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES")))) {
            fail(tool + " is missing: install the Debian package " + debianPackage);
        }
        Assumptions.assumeTrue(found, "needs " + tool + " from the Debian package " + debianPackage);
    }

    private static byte[] run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TZ", "UTC");
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        process.getOutputStream().close();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor())
                .as(String.join(" ", command) + "\n" + new String(output, StandardCharsets.UTF_8))
                .isZero();
        return output;
    }

    private static String text(String... command) throws Exception {
        return new String(run(command), StandardCharsets.UTF_8);
    }

    private record Case(FileTree tree, FatVolume volume) {}

    private static List<Case> cases() {
        Random random = new Random(7);
        List<Case> cases = new ArrayList<>();
        cases.add(new Case(FatFixtures.esp(), FatVolume.of(4 << 20, 0x1234abcdL, "ESP")));
        cases.add(new Case(FatFixtures.esp(), FatVolume.of(100 << 20, 1, "")));
        cases.add(new Case(FatFixtures.esp(), FatVolume.of(64 << 20, 2, "A B").withType(FatType.FAT32)));
        cases.add(new Case(FatFixtures.esp(), FatVolume.of(520L << 20, 3, "BIG")));
        cases.add(new Case(FatFixtures.esp(), new FatVolume(64 << 20, 4096, 4, "FOURK", Optional.empty())));
        cases.add(new Case(FatFixtures.esp(), new FatVolume(300 << 20, 4096, 5, "FOURK", Optional.of(FatType.FAT32))));
        cases.add(new Case(FatFixtures.random(random, 120), FatVolume.of(16 << 20, 6, "RANDOM")));
        cases.add(new Case(
                FatFixtures.random(random, 200),
                FatVolume.of(48 << 20, 7, "RANDOM").withType(FatType.FAT32)));
        return cases;
    }

    private Path write(Case one) throws Exception {
        FatPlan plan = FatPlanner.plan(one.tree(), one.volume());
        Path file = folder.resolve("volume");
        Files.deleteIfExists(file);
        try (dev.caisson.bytes.FileSink sink = dev.caisson.bytes.FileSink.create(file)) {
            plan.writeTo(sink);
        }
        return file;
    }

    @Test
    void fsckFindsNothing() throws Exception {
        need("/usr/sbin/fsck.vfat", "dosfstools");
        for (Case one : cases()) {
            String file = write(one).toString();
            String output = text("/usr/sbin/fsck.vfat", "-n", "-v", file);
            int files = one.tree().entries().size();
            assertThat(output.lines().toList())
                    .as(output)
                    .anyMatch(line ->
                            line.matches(".*: (" + files + "|" + (files - 1) + ") files, [0-9]+/[0-9]+ clusters"))
                    .noneMatch(
                            line -> line.matches("(?i).*(dirty|differ|warning|wrong|bad|lost|fix|orphan|there are).*"));
        }
    }

    @Test
    void mtoolsReadEveryFile() throws Exception {
        need("/usr/bin/mcopy", "mtools");
        for (Case one : cases().subList(0, 7)) {
            String file = write(one).toString();
            int count = 0;
            for (Map.Entry<TreePath, Inode> entry : one.tree().entries().entrySet()) {
                boolean ascii = entry.getKey().toString().chars().allMatch(c -> c < 128);
                // Of the large trees every eighth file, for each is a process.
                boolean taken = one.tree().entries().size() < 100 || count++ % 8 == 0;
                if (ascii && taken && entry.getValue() instanceof Inode.RegularFile inode) {
                    assertThat(run("/usr/bin/mtype", "-i", file, "::" + entry.getKey()))
                            .as(entry.getKey().toString())
                            .isEqualTo(inode.content().readAll(1 << 20));
                }
            }
        }
    }

    @Test
    void mtoolsSeeNamesTimesAndGeometry() throws Exception {
        need("/usr/bin/mdir", "mtools");
        String file = write(cases().get(0)).toString();
        assertThat(text("/usr/bin/mdir", "-i", file, "::/EFI/Linux"))
                .contains("Volume in drive : is ESP", "Volume Serial Number is 1234-ABCD")
                .contains("CONTAI~1 EFI     12288 2023-11-14  22:13  container-host_0.9.0+0-3.efi")
                .contains("CONTAI~2 EFI    700000 2023-11-14  22:13  container-host_1.0.0+3.efi");
        assertThat(text("/usr/bin/minfo", "-i", file, "::"))
                .contains("sector size: 512 bytes", "disk type=\"FAT16   \"", "disk label=\"ESP        \"");
    }

    @Test
    void readsWhatTheyMake() throws Exception {
        need("/usr/sbin/mkfs.vfat", "dosfstools");
        need("/usr/bin/mcopy", "mtools");
        for (String type : new String[] {"16", "32"}) {
            Path image = folder.resolve("theirs" + type);
            run("/usr/sbin/mkfs.vfat", "-C", "-F", type, "-n", "THEIRS", "-i", "abcd0123", image.toString(), "65536");
            Path one = Files.write(folder.resolve("Some Long Name.data"), FatFixtures.bytes(1, 70_000));
            Path two = Files.write(folder.resolve("lower.txt"), FatFixtures.bytes(2, 30_000));
            run("/usr/bin/mcopy", "-i", image.toString(), one.toString(), "::");
            run("/usr/bin/mcopy", "-i", image.toString(), two.toString(), "::");
            run("/usr/bin/mdel", "-i", image.toString(), "::Some Long Name.data");
            Files.write(one, FatFixtures.bytes(3, 200_000));
            run("/usr/bin/mmd", "-i", image.toString(), "::Folder");
            run("/usr/bin/mcopy", "-i", image.toString(), one.toString(), "::Folder/");
            FatContents contents = FatReader.read(ByteSource.of(Files.readAllBytes(image)));
            assertThat(contents.label()).isEqualTo("THEIRS");
            assertThat(contents.volumeId()).isEqualTo(0xabcd0123L);
            FileTree tree = contents.tree();
            assertThat(tree.file("/lower.txt").orElseThrow().content().readAll(1 << 20))
                    .isEqualTo(FatFixtures.bytes(2, 30_000));
            assertThat(tree.file("/Folder/Some Long Name.data")
                            .orElseThrow()
                            .content()
                            .readAll(1 << 20))
                    .isEqualTo(FatFixtures.bytes(3, 200_000));
        }
    }
}
