package dev.caisson.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpioStreamTest {
    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] archive() throws IOException {
        ArraySink sink = new ArraySink();
        CpioStreamWriter writer = new CpioStreamWriter(sink);
        writer.newc(ascii("./a"), 1, 0100644, 1, 5, 0, 0, 5, out -> out.write(ascii("hello")));
        writer.stripped(7, 3, out -> out.write(ascii("abc")));
        writer.newc(ascii("./dev"), 2, 0020600, 1, 5, 1, 3, 0, out -> {});
        writer.end();
        return sink.toByteArray();
    }

    private static List<String> read(byte[] bytes) throws IOException {
        List<String> seen = new ArrayList<>();
        CpioStreamReader reader = new CpioStreamReader(new ByteArrayInputStream(bytes));
        for (CpioEntry entry = reader.next(); entry != null; entry = reader.next()) {
            long size = entry.sizeBytes() < 0 ? 3 : entry.sizeBytes();
            byte[] content = reader.content(size).readAllBytes();
            seen.add(entry.nameText() + " " + entry.format() + " " + new String(content, StandardCharsets.US_ASCII));
        }
        reader.readEnd();
        return seen;
    }

    @Test
    void bytes_areTheFormats() throws IOException {
        String text = new String(archive(), StandardCharsets.US_ASCII);
        assertThat(text)
                .startsWith("07070100000001000081A400000000000000000000000100000005000000050000000000000000"
                        + "000000000000000000000004" + "00000000./a\0\0\0hello\0\0\0")
                .contains("07070X00000007\0\0abc\0" + "070701")
                .endsWith("TRAILER!!!\0\0\0\0");
    }

    @Test
    void read_givesWhatWasWritten() throws IOException {
        assertThat(read(archive())).containsExactly("./a NEWC hello", "number 7 STRIPPED abc", "./dev NEWC ");
        byte[] padded = Arrays.copyOf(archive(), archive().length + 400);
        assertThat(read(padded)).hasSize(3);
    }

    @Test
    void contentLeftUnread_isPassedOver() throws IOException {
        CpioStreamReader reader = new CpioStreamReader(new ByteArrayInputStream(archive()));
        reader.next();
        assertThat(reader.next().index()).isEqualTo(7);
        reader.content(3);
        assertThat(reader.next().nameText()).isEqualTo("./dev");
        assertThat(reader.next()).isNull();
        assertThat(reader.next()).isNull();
    }

    @Test
    void truncationAndDamage_areReported() throws IOException {
        byte[] whole = archive();
        int trailer = whole.length - 3;
        for (int length = 0; length < trailer; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(FormatException.class);
        }
        byte[] bad = whole.clone();
        bad[0] = '1';
        assertThatThrownBy(() -> read(bad)).isInstanceOf(NotThisFormatException.class);
        byte[] tail = Arrays.copyOf(whole, whole.length + 1);
        tail[whole.length] = 'x';
        assertThatThrownBy(() -> read(tail)).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void checksum_isVerified() throws IOException {
        byte[] whole = archive();
        // A crc archive of one file: magic 070702, and the sum of "hello" in the last field.
        String text = new String(whole, StandardCharsets.US_ASCII).replaceFirst("070701", "070702");
        byte[] right = ascii(text.replaceFirst("00000000\\./a", "00000214./a"));
        assertThat(read(right).get(0)).isEqualTo("./a CRC hello");
        byte[] wrong = ascii(text.replaceFirst("00000000\\./a", "00000215./a"));
        assertThatThrownBy(() -> read(wrong)).isInstanceOf(CorruptDataException.class);
    }
}
