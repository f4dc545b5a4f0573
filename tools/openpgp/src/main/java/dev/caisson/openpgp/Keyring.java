package dev.caisson.openpgp;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.bcpg.KeyIdentifier;

/** The certificates that are trusted for some purpose. Immutable; may be used by several threads. */
public final class Keyring {
    private final List<Certificate> certificates;

    private Keyring(List<Certificate> certificates) {
        this.certificates = List.copyOf(certificates);
    }

    /**
     * Reads certificates.
     *
     * @param files each armored or binary, with any number of certificates
     * @throws FormatException when a file is not a keyring, or has no certificate that can be used
     */
    public static Keyring read(byte[]... files) throws FormatException {
        List<Certificate> certificates = new ArrayList<>();
        for (byte[] file : files) {
            certificates.addAll(readOne(file));
        }
        return new Keyring(certificates);
    }

    private static List<Certificate> readOne(byte[] file) throws FormatException {
        if (file.length >= 12 && file[8] == 'K' && file[9] == 'B' && file[10] == 'X' && file[11] == 'f') {
            throw new UnsupportedFeatureException("keyring", 0, "is a GnuPG keybox", "the output of gpg --export");
        }
        byte[] binary = Armor.isArmored(file) ? Armor.decode(file, "PUBLIC KEY BLOCK") : file;
        List<Certificate> certificates = Certificate.group(Packet.split(binary));
        if (certificates.isEmpty()) {
            throw new CorruptDataException("keyring", 0, "has no usable certificate", "at least one");
        }
        return certificates;
    }

    /** The certificates of both. */
    public Keyring plus(Keyring other) {
        return new Keyring(Stream.concat(certificates.stream(), other.certificates.stream())
                .toList());
    }

    /** The fingerprints of the primary keys, upper-case hexadecimal, in file order. */
    public List<String> fingerprints() {
        return certificates.stream().map(c -> fingerprint(c.primary())).toList();
    }

    static String fingerprint(Certificate.Component key) {
        return HexFormat.of().withUpperCase().formatHex(key.key().getFingerprint());
    }

    /** A key and the certificate that it belongs to. */
    record Holder(Certificate certificate, Certificate.Component key) {
        boolean isPrimary() {
            return key == certificate.primary();
        }
    }

    /** Every key that an issuer field may mean: key ids are not unique. */
    List<Holder> find(List<KeyIdentifier> issuers) {
        List<Holder> found = new ArrayList<>();
        for (Certificate certificate : certificates) {
            Stream.concat(Stream.of(certificate.primary()), certificate.subkeys().stream())
                    .filter(key -> issuers.stream().anyMatch(issuer -> isIssuer(key, issuer)))
                    .forEach(key -> found.add(new Holder(certificate, key)));
        }
        return found;
    }

    private static boolean isIssuer(Certificate.Component key, KeyIdentifier issuer) {
        byte[] fingerprint = issuer.getFingerprint();
        return fingerprint != null
                ? Arrays.equals(fingerprint, key.key().getFingerprint())
                : issuer.getKeyId() != 0 && issuer.getKeyId() == key.key().getKeyID();
    }
}
