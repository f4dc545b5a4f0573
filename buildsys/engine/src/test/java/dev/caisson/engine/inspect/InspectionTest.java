package dev.caisson.engine.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.engine.BuildException;
import dev.caisson.filetree.FileTree;
import dev.caisson.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionTest {
    private static ImageFixture fixture;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeDisk() throws IOException {
        fixture = ImageFixture.standard();
    }

    private ImageFile open(byte[] bytes) throws Exception {
        Path file = folder.resolve("image");
        Files.write(file, bytes);
        return ImageFile.open(file);
    }

    @Test
    void disk_isShownInFull() throws Exception {
        try (ImageFile image = open(fixture.disk)) {
            Inspection inspection = Inspection.of(image);
            assertThat(inspection.damages()).isEmpty();
            JsonObject json = InspectionJson.of(inspection);
            List<JsonObject> partitions = json.objects("partitions");
            assertThat(kinds(partitions)).containsExactly("fat", "erofs", "verity", "empty", "empty", "empty");
            assertThat(partitions.get(1).string("label")).isEqualTo(ImageFixture.ROOT_LABEL);
            assertThat(partitions.get(1).string("type")).isEqualTo("root-x86-64");
            assertThat(partitions.get(1).longValue("offset")).isEqualTo(fixture.partition(2));
            assertThat(partitions.get(1).strings("attributes")).containsExactly("read-only");
            JsonObject kernel = json.objects("kernelImages").get(0);
            assertThat(kernel.string("path")).isEqualTo(ImageFixture.KERNEL_PATH);
            assertThat(kernel.string("kernelVersion")).isEqualTo("6.1-test");
            assertThat(kernel.string("commandLine")).contains("roothash=");
            JsonObject signature = kernel.objects("signatures").get(0);
            assertThat(signature.string("subject")).isEqualTo("CN=Test db");
            assertThat(signature.bool("digestOk")).isTrue();
            assertThat(json.objects("bootLoaders")).hasSize(1);
            assertThat(String.join("\n", InspectionText.of(inspection)))
                    .contains("EROFS", "dm-verity", "digest ok", "6.1-test", "empty", "read-only");
        }
    }

    private static List<String> kinds(List<JsonObject> partitions) throws IOException {
        List<String> kinds = new java.util.ArrayList<>();
        for (JsonObject partition : partitions) {
            kinds.add(partition.object("content").string("kind"));
        }
        return kinds;
    }

    @Test
    void damage_isShownInItsPlace() throws Exception {
        try (ImageFile image = open(fixture.flipped(fixture.partition(2) + 1024 + 30))) {
            Inspection inspection = Inspection.of(image);
            assertThat(inspection.damages()).hasSize(1).first().asString().contains("partition 2", "checksum");
            assertThat(InspectionText.of(inspection)).anyMatch(line -> line.contains("DAMAGED erofs"));
            assertThat(inspection.tree()).isPresent();
        }
    }

    @Test
    void files_areListed() throws Exception {
        try (ImageFile image = open(fixture.disk)) {
            FileTree tree = Inspection.of(image).tree().orElseThrow();
            FileListing all = new FileListing(tree, Optional.empty());
            assertThat(all.size()).isEqualTo(tree.entries().size());
            assertThat(all.lines())
                    .anyMatch(line ->
                            line.startsWith("-rwsr-xr-x  2     0     0     700000 2023-11-14 22:13 /usr/bin/tool"))
                    .anyMatch(line -> line.startsWith("lrwxrwxrwx") && line.endsWith("/bin -> usr/bin"))
                    .anyMatch(line -> line.startsWith("crw-rw-rw-") && line.contains("1, 3"));
            assertThat(paths(tree, "/etc")).containsExactly("/etc", "/etc/one.conf", "/etc/text.conf");
            assertThat(paths(tree, "etc/*.conf")).containsExactly("/etc/one.conf", "/etc/text.conf");
            assertThat(paths(tree, "*.conf")).containsExactly("/etc/one.conf", "/etc/text.conf");
            assertThat(paths(tree, "/**/tool")).containsExactly("/usr/bin/tool");
            assertThat(paths(tree, "nothing")).isEmpty();
            assertThatThrownBy(() -> new FileListing(tree, Optional.of("/a//b")))
                    .isInstanceOf(IllegalArgumentException.class);
            List<JsonObject> tools =
                    new FileListing(tree, Optional.of("/usr/bin/*")).json(true).objects();
            assertThat(tools.get(0).string("path")).isEqualTo("/usr/bin/alias");
            assertThat(tools.get(0).string("sha256")).hasSize(64);
            assertThat(tools.get(1).string("link")).isEqualTo("/usr/bin/alias");
            assertThat(tools.get(1).string("mode")).isEqualTo("4755");
            assertThat(tools.get(1).object("xattrs").string("user.note")).isEqualTo("01");
        }
    }

    private static List<String> paths(FileTree tree, String pattern) throws IOException {
        List<String> paths = new java.util.ArrayList<>();
        for (JsonObject file :
                new FileListing(tree, Optional.of(pattern)).json(false).objects()) {
            paths.add(file.string("path"));
        }
        return paths;
    }

    @Test
    void packages_comeFromTheInventory() throws Exception {
        try (ImageFile image = open(fixture.disk)) {
            FileTree tree = Inspection.of(image).tree().orElseThrow();
            assertThat(InstalledPackage.of(tree).orElseThrow())
                    .containsExactly(new InstalledPackage("pkg", "2:one-1", "x86_64", ""));
        }
    }

    @Test
    void kinds_areRecognised() throws Exception {
        assertThat(kind(fixture.disk)).isEqualTo(ImageKind.DISK);
        assertThat(kind(fixture.flipped(512))).isEqualTo(ImageKind.DISK);
        assertThat(kind(fixture.kernelImage)).isEqualTo(ImageKind.EFI);
        assertThat(kind(part(1))).isEqualTo(ImageKind.FAT);
        assertThat(kind(part(2))).isEqualTo(ImageKind.EROFS);
        assertThat(kind(part(3))).isEqualTo(ImageKind.VERITY);
        assertThat(kind(part(4))).isEqualTo(ImageKind.UNKNOWN);
        for (int size : new int[] {0, 1, 7, 8, 511, 512, 1023, 4095, 4096, 4103, 4104}) {
            assertThat(kind(new byte[size])).isEqualTo(ImageKind.UNKNOWN);
        }
        assertThatThrownBy(() -> ImageFile.open(folder.resolve("no"))).isInstanceOf(BuildException.class);
    }

    private ImageKind kind(byte[] bytes) throws Exception {
        try (ImageFile image = open(bytes)) {
            return image.kind();
        }
    }

    private static byte[] part(int number) {
        return Arrays.copyOfRange(fixture.disk, fixture.partition(number), fixture.partition(number + 1));
    }

    @Test
    void hostileBytes_neverThrowAnythingElse() throws Exception {
        Random random = new Random(99);
        int[] interesting = {
            0,
            512,
            1024,
            fixture.partition(1),
            fixture.kernelOffset(),
            fixture.partition(2) + 1024,
            fixture.partition(3)
        };
        for (int i = 0; i < 70; i++) {
            byte[] bytes = fixture.disk.clone();
            int start = interesting[i % interesting.length];
            for (int k = 0; k < 1 + i % 5; k++) {
                bytes[start + random.nextInt(600)] = (byte) random.nextInt(256);
            }
            try (ImageFile image = open(bytes)) {
                Inspection inspection = Inspection.of(image);
                assertThat(InspectionText.of(inspection)).isNotEmpty();
                assertThat(InspectionJson.of(inspection).string("kind")).isNotEmpty();
            }
        }
    }
}
