package dev.caisson.elf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LdSoCacheTest {
    private static final Attributes FILE = Attributes.ofRoot(0644, 0);
    private static final int X86 = 0x0303;

    private static FileTree.Builder tree() {
        return FileTree.builder(Attributes.ofRoot(0755, 0));
    }

    private static byte[] library(String soname) {
        return ElfBytes.x86().soname(soname).build();
    }

    private static List<String> lines(FileTree.Builder builder) throws IOException {
        return LdSoCache.collect(builder.build()).stream()
                .map(entry -> entry.soname() + " " + entry.path())
                .toList();
    }

    @Test
    void collect_libraryWithItsLinks() throws Exception {
        FileTree.Builder builder = tree().file("/usr/lib/libz.so.1.3.1", FILE, library("libz.so.1"))
                .symlink("/usr/lib/libz.so.1", "libz.so.1.3.1", 0)
                .symlink("/usr/lib/libz.so", "libz.so.1", 0)
                .file("/usr/lib/libplain.so.2", FILE, library("libplain.so.2"))
                .file("/usr/lib/plugin.so", FILE, library("libplugin.so.1"))
                .file("/usr/lib/libtext.so.1", FILE, "INPUT(libz.so)".getBytes(StandardCharsets.UTF_8))
                .file("/usr/lib/libstatic.a", FILE, library("libstatic.so.1"))
                .file("/usr/lib/libshort.so.1", FILE, new byte[] {0x7f, 'E', 'L', 'F'})
                .file("/usr/lib/deep/libdeep.so.1", FILE, library("libdeep.so.1"));
        assertThat(lines(builder))
                .containsExactly(
                        "libz.so.1 /usr/lib/libz.so.1",
                        "libz.so /usr/lib/libz.so",
                        "libplain.so.2 /usr/lib/libplain.so.2");
    }

    /** Nothing makes the missing link on a read-only root, so the cache must lead to the file that is there. */
    @Test
    void collect_libraryWithoutItsLink() throws Exception {
        FileTree.Builder builder = tree().file("/usr/lib/libfoo-1.2.so", FILE, library("libfoo.so.1"));
        assertThat(lines(builder)).containsExactly("libfoo.so.1 /usr/lib/libfoo-1.2.so");
    }

    @Test
    void collect_foldersOfTheConfiguration() throws Exception {
        FileTree.Builder builder = tree().file(
                        "/etc/ld.so.conf",
                        FILE,
                        "include /etc/ld.so.conf.d/*.conf # all\n".getBytes(StandardCharsets.UTF_8))
                .file("/etc/ld.so.conf.d/b.conf", FILE, "/opt/b/\n\n#/opt/none\n".getBytes(StandardCharsets.UTF_8))
                .file("/etc/ld.so.conf.d/a.conf", FILE, "/opt/a\n".getBytes(StandardCharsets.UTF_8))
                .file("/etc/ld.so.conf.d/a.other", FILE, "/opt/c\n".getBytes(StandardCharsets.UTF_8))
                .file("/opt/a/libx.so.1", FILE, library("libx.so.1"))
                .file("/opt/b/libx.so.1", FILE, library("libx.so.1"))
                .file("/opt/c/liby.so.1", FILE, library("liby.so.1"))
                .file("/usr/lib/libx.so.1", FILE, library("libx.so.1"));
        builder.symlink("/lib", "usr/lib", 0);
        assertThat(lines(builder))
                .containsExactly(
                        "libx.so.1 /opt/a/libx.so.1", "libx.so.1 /opt/b/libx.so.1", "libx.so.1 /lib/libx.so.1");
    }

    @Test
    void collect_configurationThatIncludesItselfEnds() throws Exception {
        FileTree.Builder builder = tree().file(
                        "/etc/ld.so.conf", FILE, "include /etc/ld.so.conf\n/opt\n".getBytes(StandardCharsets.UTF_8));
        assertThat(lines(builder)).isEmpty();
    }

    @Test
    void compareNames_digitsAreNumbers() {
        assertThat(LdSoCache.compareNames("libx.so.9", "libx.so.10")).isNegative();
        assertThat(LdSoCache.compareNames("libx.so.1", "libx.so.01")).isZero();
        assertThat(LdSoCache.compareNames("lib1", "liba")).isPositive();
        assertThat(LdSoCache.compareNames("lib", "lib1")).isNegative();
        assertThat(LdSoCache.compareNames("liba", "libb")).isNegative();
        assertThat(LdSoCache.compareNames("x" + "9".repeat(100), "x" + "9".repeat(101)))
                .isNegative();
    }

    @Test
    void encode_bytes() {
        byte[] cache =
                LdSoCache.encode(List.of(new LdSoCache.Entry("b", "/b", X86), new LdSoCache.Entry("a", "/a", X86)));
        java.nio.ByteBuffer in = java.nio.ByteBuffer.wrap(cache).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        assertThat(new String(cache, 0, 20, StandardCharsets.US_ASCII)).isEqualTo("glibc-ld.so.cache1.1");
        assertThat(in.getInt(20)).isEqualTo(2);
        assertThat(in.getInt(24)).isEqualTo(10);
        assertThat(cache[28]).isEqualTo((byte) 2);
        assertThat(in.getInt(48)).isEqualTo(X86);
        assertThat(in.getInt(52)).isEqualTo(48 + 2 * 24);
        assertThat(in.getInt(56)).isEqualTo(48 + 2 * 24 + 2);
        assertThat(in.getLong(64)).isZero();
        assertThat(new String(cache, 96, cache.length - 96, StandardCharsets.US_ASCII))
                .isEqualTo("b\0/b\0a\0/a\0");
        assertThat(LdSoCache.encode(List.of())).hasSize(48);
    }
}
