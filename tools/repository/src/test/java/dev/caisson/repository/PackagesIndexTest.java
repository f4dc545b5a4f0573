package dev.caisson.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.compression.Codec;
import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.MultiArch;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackagesIndexTest {
    private static final Digest SOURCE = Digest.sha256("12".repeat(32));
    private static final String TEXT = """
            Package: zlib
            Version: 1:1.3-2
            Architecture: amd64
            Multi-Arch: same
            Essential: yes
            Priority: required
            Section: libs
            Source: zlib-src (1:1.3)
            Maintainer: A <a@example.org>
            Installed-Size: 120
            Pre-Depends: libc6 (>= 2.38)
            Depends: a | b (<< 2),
             c:any,
            \td
            Conflicts: old
            Provides: virtual, libz (= 1.3)
            Filename: pool/z/zlib_1.3-2_amd64.deb
            Size: 1234
            SHA256: %1$s
            Description: compression
             long text that is
             not kept
            Tag: a::b

            PACKAGE: apt
            version: 3.0
            Architecture: all
            Filename: pool/a/apt.deb
            Size: 1
            SHA256: %1$s


            Tag: first
            Package: zlib
            Version: 1:1.2
            Architecture: amd64
            Filename: pool/z/zlib_1.2_amd64.deb
            Size: 99
            SHA256: %1$s""".formatted("ab".repeat(32));

    private static PackagesIndex parse(String text) throws FormatException {
        return PackagesIndex.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void fieldsAreRead() throws Exception {
        PackagesIndex index = parse(TEXT);
        assertThat(index).hasSize(3);
        AptPackage zlib = index.get(0);
        assertThat(zlib.name()).isEqualTo("zlib");
        assertThat(zlib.version()).isEqualTo("1:1.3-2");
        assertThat(zlib.multiArch()).isEqualTo("same");
        assertThat(zlib.essential()).isTrue();
        assertThat(zlib.sourceName()).isEqualTo("zlib-src");
        assertThat(zlib.sourceVersion()).isEqualTo("1:1.3");
        assertThat(zlib.installedSizeKib()).isEqualTo(120);
        assertThat(zlib.sizeBytes()).isEqualTo(1234);
        assertThat(zlib.sha256()).isEqualTo(Digest.sha256("ab".repeat(32)));
        assertThat(zlib.relations().depends()).isEqualTo("a | b (<< 2), c:any, d");
        assertThat(zlib.description()).isEqualTo("compression");
        AptPackage apt = index.get(1);
        assertThat(apt.name()).isEqualTo("apt");
        assertThat(apt.installedSizeKib()).isEqualTo(-1);
        assertThat(apt.essential()).isFalse();
        assertThat(apt.sourceName()).isEqualTo("apt");
        assertThat(apt.sourceVersion()).isEqualTo("3.0");
    }

    @Test
    void packagesAreFoundByName() throws Exception {
        PackagesIndex index = parse(TEXT);
        assertThat(index.find("zlib")).extracting(AptPackage::version).containsExactly("1:1.3-2", "1:1.2");
        assertThat(index.find("apt")).hasSize(1);
        for (String none : List.of("", "a", "zlibx", "zli", "zz")) {
            assertThat(index.find(none)).isEmpty();
        }
    }

    @Test
    void emptyAndLongIndexes() throws Exception {
        assertThat(parse("")).isEmpty();
        assertThat(parse("\n\n")).isEmpty();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            text.append("Package: p")
                    .append(i * 7919 % 5000)
                    .append("\nVersion: ")
                    .append(i % 3)
                    .append("\nArchitecture: all\nFilename: pool/")
                    .append(i)
                    .append("\nSize: 1\nSHA256: ")
                    .append("cd".repeat(32))
                    .append("\n\n");
        }
        PackagesIndex index = parse(text.toString());
        assertThat(index).hasSize(5000);
        for (int i = 0; i < 5000; i += 37) {
            assertThat(index.find("p" + i)).hasSize(1);
        }
        assertThat(IndexCache.read(IndexCache.write(index, SOURCE), SOURCE)).isEqualTo(index);
    }

    @Test
    void pathsFromHere_asInFlatRepositories() throws Exception {
        String entry = "Package: a\nVersion: 1\nArchitecture: all\nSize: 1\nSHA256: " + "0".repeat(64) + "\nFilename: ";
        assertThat(parse(entry + "./a.deb\n").get(0).filename()).isEqualTo("a.deb");
        assertThat(parse(entry + "./d/a.deb\n").get(0).filename()).isEqualTo("d/a.deb");
        for (String bad : List.of("./", "././a.deb", "./../a.deb", "../a.deb")) {
            assertThatThrownBy(() -> parse(entry + bad + "\n")).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void malformedEntriesAreRefused() {
        for (String bad : List.of(
                TEXT.replace("SHA256: ab", "SHA256: xb"),
                TEXT.replace("Size: 1234", "Size: 12x"),
                TEXT.replace("Size: 1234", "Size: 99999999999999999999"),
                TEXT.replace("Size: 1234\n", ""),
                TEXT.replace("Filename: pool/a/apt.deb\n", ""),
                TEXT.replace("pool/a/apt.deb", "../../etc/passwd"),
                TEXT.replace("pool/a/apt.deb", "/etc/passwd"),
                TEXT.replace("Section: libs", "Section libs"),
                TEXT.replace("Section: libs", "Section: libs\nSection: admin"),
                TEXT.replace("libc6 (>= 2.38)", "libc6 (>= 2.38"),
                TEXT.replace("libz (= 1.3)", "libz (>= 1.3)"),
                " folded\n" + TEXT)) {
            assertThatThrownBy(() -> parse(bad)).isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void moreThanTheReleaseFileSaysIsRefused() {
        byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> PackagesIndex.readFrom(new ByteArrayInputStream(bytes), Codec.NONE, bytes.length - 1))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void noiseGivesFormatExceptionsOnly() {
        Random random = new Random(9);
        byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 5000; i++) {
            byte[] noisy = Arrays.copyOf(bytes, bytes.length - (i % 4 == 0 ? random.nextInt(bytes.length) : 0));
            for (int j = random.nextInt(4); j >= 0 && noisy.length > 0; j--) {
                noisy[random.nextInt(noisy.length)] = (byte) random.nextInt(256);
            }
            try {
                PackagesIndex.parse(noisy).forEach(p -> assertThat(p.name()).isNotEmpty());
            } catch (FormatException expected) {
                assertThat(expected.structure()).isNotEmpty();
            }
        }
    }

    @Test
    void cacheRoundTrips() throws Exception {
        PackagesIndex index = parse(TEXT);
        byte[] stored = IndexCache.write(index, SOURCE);
        assertThat(IndexCache.write(index, SOURCE)).isEqualTo(stored);
        PackagesIndex read = IndexCache.read(stored, SOURCE);
        assertThat(new ArrayList<>(read)).isEqualTo(new ArrayList<>(index));
        assertThat(read.find("zlib")).hasSize(2);
        assertThatThrownBy(() -> IndexCache.read(stored, Digest.sha256("13".repeat(32))))
                .isInstanceOf(FormatException.class);
    }

    @Test
    void everyBitFlipAndTruncationOfTheCacheIsDetected() throws Exception {
        byte[] stored = IndexCache.write(parse(TEXT), SOURCE);
        for (int bit = 0; bit < stored.length * 8; bit++) {
            byte[] wrong = stored.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> IndexCache.read(wrong, SOURCE)).isInstanceOf(FormatException.class);
        }
        for (int length = 0; length < stored.length; length++) {
            byte[] cut = Arrays.copyOf(stored, length);
            assertThatThrownBy(() -> IndexCache.read(cut, SOURCE)).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void candidatesCarryWhatTheResolverNeeds() throws Exception {
        PackagesIndex index = parse(TEXT);
        RepositorySnapshot snapshot = new RepositorySnapshot(
                "debian",
                "trixie",
                "amd64",
                500,
                SOURCE,
                0,
                Instant.EPOCH,
                List.of(new RepositorySnapshot.Index("main", "main/binary-amd64/Packages", 0, SOURCE, index)));
        List<Candidate> candidates = AptCandidates.of(snapshot);
        assertThat(candidates).hasSize(3);
        Candidate zlib = candidates.get(0);
        assertThat(zlib.repository()).isEqualTo("debian/trixie");
        assertThat(zlib.repositoryPriority()).isEqualTo(500);
        assertThat(zlib.essential()).isTrue();
        assertThat(zlib.importance()).isEqualTo(1);
        assertThat(zlib.multiArch()).isEqualTo(MultiArch.SAME);
        assertThat(zlib.provides()).extracting(Object::toString).containsExactly("virtual", "libz = 1.3");
        assertThat(zlib.relations().requires())
                .extracting(Object::toString)
                .containsExactly("libc6 >= 2.38", "(a or b < 2)", "c:any", "d");
        assertThat(zlib.relations().conflicts()).hasSize(1);
        assertThat(candidates.get(1).importance()).isEqualTo(4);
        assertThat(snapshot.find("zlib", "1:1.2", "amd64"))
                .get()
                .extracting(AptPackage::sizeBytes)
                .isEqualTo(99L);
        assertThat(snapshot.find("zlib", "1:1.2", "arm64")).isEmpty();
    }
}
