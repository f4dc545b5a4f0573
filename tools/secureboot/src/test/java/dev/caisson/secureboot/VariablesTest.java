package dev.caisson.secureboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariablesTest {
    private static final SecureBootKeys KEYS = TestKeys.KEYS;

    private static final int USED = 0xc0000;

    /** What a store writes, up to the end of the area that is not all zeros. */
    private static byte[] bytes(VariableStore store) throws IOException {
        HeadSink sink = new HeadSink();
        store.writeTo(sink);
        assertThat(sink.position()).isEqualTo(store.size());
        return sink.head.toByteArray();
    }

    /** Keeps the first bytes only: AAVMF's store has 64 MiB. */
    private static final class HeadSink implements ByteSink {
        private final ArraySink head = new ArraySink();
        private long position;

        @Override
        public long position() {
            return position;
        }

        @Override
        public void write(ByteBuffer src) {
            position += src.remaining();
            int kept = (int) Math.min(src.remaining(), USED - head.position());
            head.write(src.slice(src.position(), kept));
            src.position(src.limit());
        }

        @Override
        public void zeros(long count) {
            position += count;
            head.zeros(Math.min(count, USED - head.position()));
        }
    }

    private static StoredVariable variable(String name, int size) {
        return new StoredVariable(name, TestKeys.OWNER, 3, Optional.empty(), new byte[size]);
    }

    @Test
    void signatureList_bytes() {
        byte[] list = EfiSignatureList.sha256(TestKeys.OWNER, List.of(DigestAlgorithm.SHA256.of(new byte[0])))
                .encode();

        assertThat(HexFormat.of().formatHex(list))
                .isEqualTo("2616c4c14c509240aca941f936934328" + "4c000000" + "00000000" + "30000000"
                        + "11111111222233334444123456789abc"
                        + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void signatureList_roundTripAndDamage() throws IOException {
        X509Certificate certificate = KEYS.database().certificate();
        byte[] first = EfiSignatureList.x509(TestKeys.OWNER, certificate).encode();
        byte[] second = EfiSignatureList.sha256(
                        Guid.ZERO,
                        List.of(DigestAlgorithm.SHA256.of(new byte[1]), DigestAlgorithm.SHA256.of(new byte[2])))
                .encode();
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);

        List<EfiSignatureList> lists = EfiSignatureList.readAll(both);
        assertThat(lists).hasSize(2);
        assertThat(EfiSignatureList.certificates(lists)).containsExactly(certificate);
        assertThat(lists.get(1).entries()).hasSize(2);
        assertThat(lists.get(1).encode()).isEqualTo(second);
        for (int length = 1; length < both.length; length++) {
            byte[] cut = Arrays.copyOf(both, length);
            if (length != first.length) {
                assertThatThrownBy(() -> EfiSignatureList.readAll(cut)).isInstanceOf(FormatException.class);
            }
        }
        for (int bit = 0; bit < 28 * 8; bit++) {
            byte[] flipped = both.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(EfiSignatureList.readAll(flipped)).isNotEqualTo(lists);
            } catch (FormatException expected) {
                // reported
            }
        }
    }

    @Test
    void authenticatedVariable_roundTripAndDamage() throws IOException {
        AuthenticatedVariable update = new AuthenticatedVariable(
                "KEK",
                SecureBootVariable.GLOBAL,
                0x27,
                TestKeys.TIME,
                "content".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        byte[] auth = update.sign(KEYS.platformKey());
        List<X509Certificate> pk = List.of(KEYS.platformKey().certificate());

        assertThat(update.sign(KEYS.platformKey())).isEqualTo(auth);
        assertThat(Arrays.copyOf(auth, 16)).isEqualTo(HexFormat.of().parseHex("ea070304050607000000000000000000"));
        assertThat(AuthenticatedVariable.readVerified(auth, "KEK", SecureBootVariable.GLOBAL, 0x27, pk))
                .isEqualTo(update);
        assertThatThrownBy(() -> AuthenticatedVariable.readVerified(auth, "PK", SecureBootVariable.GLOBAL, 0x27, pk))
                .isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> AuthenticatedVariable.readVerified(
                        auth,
                        "KEK",
                        SecureBootVariable.GLOBAL,
                        0x27,
                        List.of(KEYS.database().certificate())))
                .isInstanceOf(CorruptDataException.class);
        for (int at = 0; at < auth.length; at++) {
            byte[] bytes = auth.clone();
            bytes[at] ^= 0x10;
            byte[] cut = Arrays.copyOf(auth, at);
            assertThatThrownBy(
                            () -> AuthenticatedVariable.readVerified(cut, "KEK", SecureBootVariable.GLOBAL, 0x27, pk))
                    .isInstanceOf(FormatException.class);
            try {
                AuthenticatedVariable read =
                        AuthenticatedVariable.readVerified(bytes, "KEK", SecureBootVariable.GLOBAL, 0x27, pk);
                assertThat(read.content()).isEqualTo(update.content());
            } catch (FormatException expected) {
                // reported
            }
        }
    }

    @Test
    void store_enrolAndReadBack() throws IOException {
        for (VariableStore empty : List.of(VariableStore.emptyOvmf4m(), VariableStore.emptyAavmf())) {
            VariableStore enrolled = KEYS.enrol(empty.with(List.of(variable("Boot0000", 9))), TestKeys.TIME);
            byte[] bytes = bytes(enrolled);

            assertThat(bytes).hasSize((int) Math.min(USED, empty.size())).isEqualTo(bytes(enrolled));
            VariableStore read = VariableStore.read(ByteSource.of(bytes));
            assertThat(read.variables())
                    .extracting(StoredVariable::name)
                    .containsExactly("CustomMode", "KEK", "PK", "SecureBootEnable", "db", "dbx");
            assertThat(read.variables()).isEqualTo(enrolled.variables());
            StoredVariable db = read.variable("db", SecureBootVariable.IMAGE_SECURITY_DATABASE)
                    .orElseThrow();
            assertThat(db.timestamp()).hasValue(TestKeys.TIME);
            assertThat(EfiSignatureList.certificates(EfiSignatureList.readAll(db.data())))
                    .containsExactly(KEYS.database().certificate());
            assertThat(Arrays.mismatch(bytes(read.withOnly(List.of())), bytes(empty)))
                    .isEqualTo(-1);
        }
    }

    @Test
    void store_deletedAndInTransition() throws IOException {
        VariableStore store =
                VariableStore.emptyOvmf4m().withOnly(List.of(variable("A", 3), variable("B", 4), variable("C", 5)));
        byte[] bytes = bytes(store);
        int first = 0x48 + 28;
        bytes[first + 2] = 0x3c;
        int second = first + 60 + 4 + 3 + 1;
        bytes[second + 2] = 0x3e;

        assertThat(VariableStore.read(ByteSource.of(bytes)).variables())
                .containsExactlyInAnyOrder(variable("B", 4), variable("C", 5));
    }

    @Test
    void store_withReplacesByNameAndVendor_andChecksRoom() throws IOException {
        VariableStore store = VariableStore.emptyOvmf4m().withOnly(List.of(variable("A", 3), variable("B", 4)));

        assertThat(store.with(List.of(variable("A", 7))).variables())
                .containsExactly(variable("A", 7), variable("B", 4));
        assertThatThrownBy(() -> store.with(List.of(variable("Big", 300_000))))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void store_damage() throws IOException {
        byte[] original = bytes(KEYS.enrol(VariableStore.emptyOvmf4m(), TestKeys.TIME));

        assertThatThrownBy(() -> VariableStore.read(ByteSource.zeros(64 << 20)))
                .isInstanceOf(NotThisFormatException.class);
        assertThatThrownBy(() -> VariableStore.read(ByteSource.zeros(3))).isInstanceOf(NotThisFormatException.class);
        for (int bit = 16 * 8; bit < 0x48 * 8; bit++) {
            byte[] bytes = original.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> VariableStore.read(ByteSource.of(bytes))).isInstanceOf(FormatException.class);
        }
        Random random = new Random(4);
        for (int round = 0; round < 1000; round++) {
            byte[] bytes = Arrays.copyOf(original, 0x1400);
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(0x48 + 16, 0x1000);
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(32, 0x1400);
            // The volume's new length changes its checksum.
            bytes[51] += (byte) ((0x84000 - 0x1400) >> 8);
            bytes[50] += (byte) (0x84000 >> 16);
            for (int i = 0; i < 3; i++) {
                bytes[0x48 + 28 + random.nextInt(0x300)] = (byte) random.nextInt();
            }
            try {
                VariableStore.read(ByteSource.of(bytes));
            } catch (FormatException expected) {
                // reported
            }
        }
    }

    @Test
    void keys_filesRoundTrip(@TempDir Path folder) throws IOException {
        KEYS.writeTo(folder, TestKeys.TIME);

        SecureBootKeys read = SecureBootKeys.read(folder);
        assertThat(read.owner()).isEqualTo(KEYS.owner());
        assertThat(read.publicFiles(TestKeys.TIME).keySet())
                .contains("PK.crt", "KEK.auth", "db.cer", "db.esl")
                .hasSize(12);
        for (String name : read.publicFiles(TestKeys.TIME).keySet()) {
            assertThat(Files.readAllBytes(folder.resolve(name)))
                    .isEqualTo(read.publicFiles(TestKeys.TIME).get(name));
        }
        assertThat(KEYS.database().certificate().getSubjectX500Principal().getName())
                .isEqualTo("CN=Test Database");
        assertThatThrownBy(() -> KEYS.writeTo(folder, TestKeys.TIME)).isInstanceOf(FileAlreadyExistsException.class);
        AuthenticatedVariable.readVerified(
                Files.readAllBytes(folder.resolve("db.auth")),
                "db",
                SecureBootVariable.IMAGE_SECURITY_DATABASE,
                SecureBootVariable.ATTRIBUTES_AUTHENTICATED,
                List.of(KEYS.keyExchangeKey().certificate()));
        Files.copy(
                folder.resolve("db.crt"), folder.resolve("KEK.crt"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> SecureBootKeys.read(folder)).isInstanceOf(CorruptDataException.class);
    }
}
