package dev.caisson.kmod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ModuleSetTest {
    private static KernelModule module(String path, ModuleBytes bytes) throws IOException {
        return KernelModule.read(path, ByteSource.of(bytes.build()));
    }

    @Test
    void read_whatAModuleSays() throws Exception {
        KernelModule module = module(
                "kernel/fs/dm-x.ko.xz",
                new ModuleBytes()
                        .info("license=GPL", "alias=fs-x", "alias=char-major-10-1", "softdep=pre: crc32c")
                        .exports("x_one", "x_two")
                        .needs("printk", "y_one"));
        assertThat(module.name()).isEqualTo("dm_x");
        assertThat(module.values("alias")).containsExactly("fs-x", "char-major-10-1");
        assertThat(module.values("none")).isEmpty();
        assertThat(module.exports()).containsExactly("x_one", "x_two");
        assertThat(module.needs()).containsExactly("printk", "y_one");
    }

    @Test
    void read_truncationsAndFlipsEndWell() throws Exception {
        byte[] whole = new ModuleBytes().info("alias=a").exports("e").needs("n").build();
        for (int length = 0; length < whole.length; length++) {
            readOrRefuse(Arrays.copyOf(whole, length));
        }
        Random random = new Random(1);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            flipped[random.nextInt(whole.length)] ^= (byte) random.nextInt(2);
            readOrRefuse(flipped);
        }
    }

    private static void readOrRefuse(byte[] bytes) throws IOException {
        try {
            KernelModule.read("x.ko", ByteSource.of(bytes));
        } catch (FormatException e) {
            assertThat(e.structure()).isNotEmpty();
        }
    }

    @Test
    void set_followsSymbols() throws Exception {
        KernelModule a = module("a.ko", new ModuleBytes().exports("a1").needs("b1"));
        KernelModule b = module("b.ko", new ModuleBytes().exports("b1").needs("c1", "a1"));
        KernelModule c = module("c.ko", new ModuleBytes().exports("c1").needs("printk"));
        ModuleSet set = new ModuleSet(List.of(a, b, c), List.of("c.ko", "a.ko"), List.of("kernel/x-y.ko"));
        assertThat(set.modules()).extracting(KernelModule::name).containsExactly("c", "a", "b");
        assertThat(set.allNeeds(a)).contains(b, c).doesNotContain(a);
        assertThat(set.isBuiltIn("x-y")).isTrue();
        assertThat(set.isBuiltIn("x_y")).isTrue();
        assertThat(set.module("b")).contains(b);
        assertThat(set.module("none")).isEmpty();
    }

    /** A chain longer than any call stack that recursion could use up. */
    @Test
    void set_longChainOfNeeds() throws Exception {
        int length = 30_000;
        KernelModule[] modules = new KernelModule[length];
        for (int i = 0; i < length; i++) {
            modules[i] = new KernelModule(
                    "m" + i + ".ko",
                    List.of(),
                    List.of("s" + i),
                    new java.util.LinkedHashSet<>(List.of("s" + (i + 1))));
        }
        ModuleSet set = new ModuleSet(List.of(modules), List.of(), List.of());
        assertThat(set.allNeeds(set.module("m0").orElseThrow())).hasSize(length - 1);
    }

    @Test
    void modulesDep_loadOrder() throws Exception {
        ModulesDep dep = ModulesDep.parse("k/a-b.ko.xz: k/c.ko.xz k/d.ko.xz\nk/c.ko.xz: k/d.ko.xz\nk/d.ko.xz:\n");
        assertThat(dep.loadOrder(List.of("a_b"))).containsExactly("k/d.ko.xz", "k/c.ko.xz", "k/a-b.ko.xz");
        assertThat(dep.loadOrder(List.of("d", "none", "c", "a-b")))
                .containsExactly("k/d.ko.xz", "k/c.ko.xz", "k/a-b.ko.xz");
        assertThat(dep.contains("a-b")).isTrue();
        assertThat(dep.contains("none")).isFalse();
        assertThat(ModulesDep.parse("").loadOrder(List.of("a"))).isEmpty();
        assertThatThrownBy(() -> ModulesDep.parse("a.ko\n")).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void names() {
        assertThat(KernelModule.nameOf("kernel/x/snd-hda.ko.zst")).isEqualTo("snd_hda");
        assertThat(KernelModule.isModuleName("a.ko.gz")).isTrue();
        assertThat(KernelModule.isModuleName("a.kobj")).isFalse();
    }
}
