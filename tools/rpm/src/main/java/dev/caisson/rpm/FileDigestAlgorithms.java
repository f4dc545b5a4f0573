package dev.caisson.rpm;

import dev.caisson.bytes.DigestAlgorithm;
import java.util.Optional;

/** The numbers that OpenPGP (RFC 9580 §9.5), and so RPM, gives hash functions. */
final class FileDigestAlgorithms {
    /** What packages without FILEDIGESTALGO mean. */
    static final int MD5 = 1;

    static final int SHA256 = 8;

    private FileDigestAlgorithms() {}

    static Optional<DigestAlgorithm> ofNumber(long number) {
        return switch ((int) Math.min(number, 255)) {
            case MD5 -> Optional.of(DigestAlgorithm.MD5);
            case 2 -> Optional.of(DigestAlgorithm.SHA1);
            case SHA256 -> Optional.of(DigestAlgorithm.SHA256);
            case 9 -> Optional.of(DigestAlgorithm.SHA384);
            case 10 -> Optional.of(DigestAlgorithm.SHA512);
            case 11 -> Optional.of(DigestAlgorithm.SHA224);
            case 12 -> Optional.of(DigestAlgorithm.SHA3_256);
            case 14 -> Optional.of(DigestAlgorithm.SHA3_512);
            default -> Optional.empty();
        };
    }
}
