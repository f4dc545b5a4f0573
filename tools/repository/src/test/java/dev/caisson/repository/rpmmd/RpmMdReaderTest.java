package dev.caisson.repository.rpmmd;

import static dev.caisson.repository.rpmmd.PackagesForTests.pkg;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RpmMdReaderTest {
    private static final String DATA = """
            <data type="primary"><checksum type="%s">%s</checksum><location href="%s"/>\
            <timestamp>12.5</timestamp><size>1</size></data>""";

    private static byte[] repomd(String data) {
        return ("<?xml version=\"1.0\"?><repomd xmlns=\"http://linux.duke.edu/metadata/repo\"><revision>3</revision>"
                        + "<tags><distro cpeid=\"cpe:/o:x\">X</distro><content>binary</content></tags>" + data
                        + "</repomd>")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static InputStream in(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void repomd_everyChecksumType() throws IOException {
        for (String type : List.of("md5", "sha", "sha1", "sha224", "sha256", "sha384", "sha512")) {
            DigestAlgorithm algorithm = Checksums.algorithm(type);
            Digest digest = algorithm.of(new byte[] {1});
            RepomdFile file = RepomdFile.parse(repomd(DATA.formatted(type, digest.hex(), "./repodata//p.xml")));
            RepomdFile.Data data = RpmMdRepository.primary(file);
            assertThat(data.checksum()).isEqualTo(digest);
            assertThat(data.location()).isEqualTo("repodata/p.xml");
            assertThat(data.timestamp()).isEqualTo(12);
            assertThat(file.tags()).containsExactly("distro:cpe:/o:x X", "content:binary");
            MetadataFile.verify(data, ByteSource.of(new byte[] {1}));
            assertThatThrownBy(() -> MetadataFile.verify(data, ByteSource.of(new byte[] {2})))
                    .isInstanceOf(CorruptDataException.class);
            assertThatThrownBy(() -> MetadataFile.verify(data, ByteSource.of(new byte[] {1, 1})))
                    .isInstanceOf(CorruptDataException.class);
        }
        assertThatThrownBy(() -> RepomdFile.parse(repomd(DATA.formatted("crc32", "00", "p"))))
                .isInstanceOf(UnsupportedFeatureException.class);
        assertThatThrownBy(() -> RepomdFile.parse(repomd(DATA.formatted("md5", "00", "p"))))
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    void repomd_unquotedLocationIsRead() throws IOException {
        String hex = "0".repeat(64);
        byte[] document = repomd(DATA.formatted("sha256", hex, "x").replace("\"x\"", "repodata/primary.xml.gz"));
        assertThat(RepomdFile.parse(document).data().get("primary").location()).isEqualTo("repodata/primary.xml.gz");
        assertThat(RepomdFile.parse(document).digest()).isEqualTo(DigestAlgorithm.SHA256.of(document));
    }

    @Test
    void locations_stayWithinTheRepository() {
        String hex = "0".repeat(64);
        for (String bad : List.of("../x", "/etc/passwd", "a/../../b", "http://h/x", "a?b", "a#b", "a\\b", ".", "")) {
            assertThatThrownBy(() -> RepomdFile.parse(repomd(DATA.formatted("sha256", hex, bad))))
                    .as(bad)
                    .isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void xml_declarationsAndEntitiesAreRefused() {
        String bomb = "<?xml version=\"1.0\"?><!DOCTYPE metadata [<!ENTITY a \"aaaaaaaaaa\">"
                + "<!ENTITY b \"&a;&a;&a;&a;\">]><metadata>&b;</metadata>";
        String external = "<!DOCTYPE metadata SYSTEM \"file:///etc/passwd\"><metadata/>";
        String undeclared = "<metadata><package>&x;</package></metadata>";
        for (String text : List.of(bomb, external, undeclared)) {
            assertThatThrownBy(() -> RpmMdIndex.parse(in(text))).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void xml_limits() {
        String deep = "<metadata>" + "<a>".repeat(100);
        assertThatThrownBy(() -> RpmMdIndex.parse(in(deep))).isInstanceOf(LimitExceededException.class);
        String longText = "<metadata><package><name>" + "x".repeat(5 << 20);
        assertThatThrownBy(() -> RpmMdIndex.parse(in(longText))).isInstanceOf(LimitExceededException.class);
        String longAttribute = "<metadata a=\"" + "x".repeat(9 << 20) + "\"/>";
        assertThatThrownBy(() -> RpmMdIndex.parse(in(longAttribute))).isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> RpmMdIndex.parse(in("<filelists/>"))).isInstanceOf(NotThisFormatException.class);
        assertThatThrownBy(() -> RpmMdIndex.parse(in(""))).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void sourceException_isPassedOn() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("unplugged");
            }
        };
        assertThatThrownBy(() -> RpmMdIndex.parse(broken)).hasMessage("unplugged");
    }

    @Test
    void damage_isFoundOrHarmless() throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>(PackagesForTests.served(
                        pkg("a 1:2-3 x86_64", "requires: b >= 2-1", "file: /usr/bin/a", "file: /usr/share/a"),
                        pkg("b 3-1", "supplements: (a if c)", "obsoletes: old < 2"))
                .files);
        Random random = new Random(3);
        for (String path : files.keySet()) {
            byte[] good = files.get(path);
            for (int length = 0; length < good.length; length += 3 + random.nextInt(9)) {
                readDamaged(files, path, Arrays.copyOf(good, length));
            }
            for (int i = random.nextInt(4); i < good.length; i += 4) {
                byte[] flipped = good.clone();
                flipped[i] ^= (byte) (1 << random.nextInt(8));
                boolean read = readDamaged(files, path, flipped);
                assertThat(read && !path.equals(RepomdFile.PATH))
                        .as(path + " byte " + i)
                        .isFalse();
            }
        }
    }

    /** Whether it could be read; whatever it throws must be of the right kind. */
    private static boolean readDamaged(SortedMap<String, byte[]> files, String path, byte[] bytes) {
        TreeMap<String, byte[]> damaged = new TreeMap<>(files);
        damaged.put(path, bytes);
        try {
            RpmMdRepository repository = new PackagesForTests.Served(damaged).repository(RpmMdSettings.of("r", 0));
            repository.candidates();
            repository.complete();
            return true;
        } catch (FormatException | java.io.FileNotFoundException e) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(path, e);
        }
    }

    @Test
    void primary_damageWithoutChecksums() throws IOException {
        byte[] good = RpmMdWriter.write(
                        List.of(PackagesForTests.random(new Random(1), 1), PackagesForTests.random(new Random(2), 2)),
                        new RpmMdWriter.Options(dev.caisson.compression.Codec.NONE, 0, 10, Comps.NONE, List.of()))
                .entrySet()
                .stream()
                .filter(e -> e.getKey().endsWith("primary.xml"))
                .findFirst()
                .orElseThrow()
                .getValue();
        Random random = new Random(5);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = good.clone();
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                RpmMdIndex index = RpmMdIndex.parse(new ByteArrayInputStream(bytes));
                for (int i = 0; i < index.size(); i++) {
                    index.get(i);
                }
                new RpmMdCandidates(index, "r", 0);
            } catch (FormatException e) {
                assertThat(e.structure()).isNotEmpty();
            }
        }
    }

    @Test
    void cache_everyFlipIsFound() throws IOException {
        RpmMdIndex index = RpmMdIndex.of(List.of(pkg("a 1-1", "requires: b = 1:2-3", "file: /usr/bin/a")));
        Digest source = DigestAlgorithm.SHA512.of(new byte[0]);
        byte[] good = RpmMdCache.write(index, source);
        assertThat(RpmMdCache.read(good, source).get(0)).isEqualTo(index.get(0));
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bytes = good.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> RpmMdCache.read(bytes, source)).isInstanceOf(FormatException.class);
        }
        for (int length = 0; length < good.length; length++) {
            byte[] bytes = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> RpmMdCache.read(bytes, source)).isInstanceOf(FormatException.class);
        }
        assertThatThrownBy(() -> RpmMdCache.read(good, DigestAlgorithm.SHA256.of(new byte[0])))
                .isInstanceOf(CorruptDataException.class);
    }
}
