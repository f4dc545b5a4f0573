package dev.caisson.uki;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The value that PCR 11 of a TPM has after a stub and systemd's boot phases extended it. Starting from zeros, for each
 * measured section its name with NUL and then its contents; then one word per phase. An extension replaces the value by
 * H(value, H(what)).
 */
public final class Pcr11 {
    /** The phases of a boot whose initrd is not systemd. */
    public static final List<String> PHASES_WITHOUT_INITRD = List.of("sysinit", "ready");

    /** The phases of a boot with systemd in the initrd. */
    public static final List<String> PHASES_WITH_INITRD = List.of("enter-initrd", "leave-initrd", "sysinit", "ready");

    private Pcr11() {}

    /** Predicts the SHA-256 bank. */
    public static Digest predict(UnifiedKernelImage image, StubRules rules, List<String> phases) throws IOException {
        return predict(DigestAlgorithm.SHA256, image, rules, phases);
    }

    /**
     * Predicts one bank.
     *
     * @param phases the words extended so far, for example {@link #PHASES_WITH_INITRD} or a prefix of it
     */
    public static Digest predict(DigestAlgorithm bank, UnifiedKernelImage image, StubRules rules, List<String> phases)
            throws IOException {
        Digest value = new Digest(bank, new byte[bank.sizeBytes()]);
        for (UkiSection section : rules.measured()) {
            Optional<ByteSource> content = image.content(section);
            if (content.isPresent()) {
                value = extend(value, bank.of(ascii(section.sectionName() + "\0")));
                value = extend(value, bank.of(content.get()));
            }
        }
        for (String phase : phases) {
            value = extend(value, bank.of(ascii(phase)));
        }
        return value;
    }

    private static Digest extend(Digest value, Digest event) {
        byte[] both = new byte[value.bytes().length * 2];
        System.arraycopy(value.bytes(), 0, both, 0, both.length / 2);
        System.arraycopy(event.bytes(), 0, both, both.length / 2, both.length / 2);
        return value.algorithm().of(both);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
