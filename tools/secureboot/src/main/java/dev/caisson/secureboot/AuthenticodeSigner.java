package dev.caisson.secureboot;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.pe.PeImage;
import dev.caisson.pe.WinCertificate;
import dev.caisson.signing.CmsSigner;
import dev.caisson.signing.SignedAttributes;
import dev.caisson.signing.SigningKey;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Signs PE images with Authenticode. The same image, key and time give the same bytes. */
public final class AuthenticodeSigner {
    private static final String SPC_SP_OPUS_INFO = "1.3.6.1.4.1.311.2.1.12";
    private static final byte[] EMPTY_SEQUENCE = {0x30, 0};

    private AuthenticodeSigner() {}

    /** Adds a signature without a signing time, behind those that the image already has. */
    public static PeImage sign(PeImage image, SigningKey key) throws IOException {
        return sign(image, key, Optional.empty());
    }

    /**
     * Adds a signature behind those that the image already has.
     *
     * @param signingTime a fixed time to be signed too, or none
     * @throws dev.caisson.bytes.UnsupportedFeatureException when bytes lie between the image's sections
     */
    public static PeImage sign(PeImage image, SigningKey key, Optional<Instant> signingTime) throws IOException {
        // The certificate table starts at a multiple of 8 bytes, and the padding before it is signed.
        PeImage padded = image.withCertificates(
                image.certificates().isEmpty()
                        ? List.of(WinCertificate.authenticode(new byte[0]))
                        : image.certificates());
        byte[] content = new SpcIndirectData(AuthenticodeDigest.of(padded, DigestAlgorithm.SHA256)).encode();
        SignedAttributes attributes = SignedAttributes.PLAIN.with(SPC_SP_OPUS_INFO, EMPTY_SEQUENCE);
        if (signingTime.isPresent()) {
            attributes = attributes.at(signingTime.get());
        }
        byte[] signature = new CmsSigner(key, attributes).signStructure(SpcIndirectData.CONTENT_TYPE, content);
        List<WinCertificate> certificates = new ArrayList<>(image.certificates());
        certificates.add(WinCertificate.authenticode(signature));
        return image.withCertificates(certificates);
    }
}
