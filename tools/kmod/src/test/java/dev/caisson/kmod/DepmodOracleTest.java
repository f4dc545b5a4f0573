package dev.caisson.kmod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.compression.Codec;
import dev.caisson.compression.CodecLimits;
import dev.caisson.fixture.Oracle;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kmod's {@code depmod} as judge, byte for byte. {@code -Dcaisson.modules=DIR} names a real kernel's module folder, which holds
 * what depmod made of it.
 */
@Tag("oracle")
class DepmodOracleTest {
    /** {@code modules.symbols} has the same lines in the order of a hash table; {@code modules.weakdep} is of newer versions. */
    private static final List<String> SAME = List.of(
            "modules.dep",
            "modules.dep.bin",
            "modules.alias",
            "modules.alias.bin",
            "modules.symbols.bin",
            "modules.softdep",
            "modules.devname",
            "modules.builtin.bin",
            "modules.builtin.alias.bin");

    @TempDir
    Path root;

    private static List<KernelModule> read(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> files = Files.walk(folder)) {
            paths = files.filter(p -> KernelModule.isModuleName(p.getFileName().toString()))
                    .sorted()
                    .toList();
        }
        List<KernelModule> modules = new ArrayList<>();
        for (Path path : paths) {
            Codec codec = Codec.ofFileName(path.getFileName().toString());
            try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
                byte[] bytes = codec == Codec.NONE
                        ? in.readAllBytes()
                        : codec.decode(in, CodecLimits.ofOutput(64 << 20)).readAllBytes();
                modules.add(
                        KernelModule.read(folder.relativize(path).toString().replace('\\', '/'), ByteSource.of(bytes)));
            }
        }
        return modules;
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static void compare(Path folder) throws IOException {
        Path information = folder.resolve("modules.builtin.modinfo");
        List<String> builtIn = Files.exists(information)
                ? Arrays.asList(Files.readString(information, StandardCharsets.ISO_8859_1)
                        .split("\0"))
                : List.of();
        ModuleSet set = new ModuleSet(
                read(folder), lines(folder.resolve("modules.order")), lines(folder.resolve("modules.builtin")));
        SortedMap<String, byte[]> files = Depmod.files(set, builtIn);
        for (String name : SAME) {
            Path theirs = folder.resolve(name);
            assertThat(theirs).exists();
            if (name.endsWith(".bin")) {
                assertThat(files.get(name)).as(name).isEqualTo(Files.readAllBytes(theirs));
            } else {
                assertThat(new String(files.get(name), StandardCharsets.UTF_8))
                        .as(name)
                        .hasToString(Files.readString(theirs));
            }
        }
        assertThat(new String(files.get("modules.symbols"), StandardCharsets.UTF_8)
                        .lines()
                        .sorted())
                .containsExactlyElementsOf(Files.readAllLines(folder.resolve("modules.symbols")).stream()
                        .sorted()
                        .toList());
    }

    @Test
    void synthetic_modules() throws Exception {
        Oracle.require("depmod", "kmod");
        Path folder = root.resolve("lib/modules/6.0");
        Random random = new Random(21);
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ModuleBytes bytes = new ModuleBytes()
                    .info("license=GPL", "alias=pci:v0000" + i % 7 + "d*sv[0-9a-f]", "alias=of:N-x-T*C" + i)
                    .exports("sym_" + i, "other_" + i);
            if (i % 5 == 0) {
                bytes.info("alias=devname:dev-" + i, "alias=char-major-10-" + i, "softdep=pre: m1 post: m-2");
            }
            if (i % 9 == 0) {
                bytes.info("alias=block-major-7-*", "alias=broken[", "alias=broken]x");
            }
            for (int k = random.nextInt(4); k > 0; k--) {
                bytes.needs(i == 0 ? "printk" : "sym_" + random.nextInt(i));
            }
            String name = (i % 3 == 0 ? "m-" : "m") + i;
            String path = "kernel/" + (i % 2 == 0 ? "fs/" : "drivers/net/") + name + ".ko";
            Path file = folder.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes.needs("printk").build());
            order.add(random.nextInt(order.size() + 1), path); // depmod takes others in the order of the host's folders
        }
        Files.writeString(folder.resolve("modules.order"), String.join("\n", order) + "\n");
        Files.writeString(
                folder.resolve("modules.builtin"), "kernel/fs/ext-4.ko\nkernel/lib/crc32.ko\nkernel/fs/ext2.ko\n");
        Files.writeString(
                folder.resolve("modules.builtin.modinfo"),
                "ext_4.alias=fs-ext4\0ext_4.license=GPL\0crc32.alias=crc32-x\0crc32.alias=crypto-crc[0-9-]\0");
        Oracle.run(root, "depmod", "-b", root.toString(), "6.0");
        compare(folder);
    }

    @Test
    void modules_of_a_real_kernel() throws Exception {
        String folder = System.getProperty("caisson.modules");
        Assumptions.assumeTrue(folder != null, "caisson.modules is not set");
        compare(Path.of(folder));
    }
}
