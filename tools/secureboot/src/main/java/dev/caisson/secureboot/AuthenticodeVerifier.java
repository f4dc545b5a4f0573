package dev.caisson.secureboot;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.pe.PeImage;
import dev.caisson.pe.WinCertificate;
import dev.caisson.signing.Certificates;
import dev.caisson.signing.CmsSignature;
import dev.caisson.signing.CmsSignedData;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Verifies Authenticode signatures of PE images as firmware does (UEFI 2.10 §32.5.3.3), for the trusted certificates given. */
public final class AuthenticodeVerifier {
    private AuthenticodeVerifier() {}

    /**
     * Checks every signature. A damaged signature is an entry of the report, not an exception.
     *
     * @param trusted certificates of db
     * @throws FormatException when the image has bytes between sections, which no signature covers
     */
    public static AuthenticodeReport verify(PeImage image, Collection<X509Certificate> trusted) throws IOException {
        List<AuthenticodeReport.Signature> results = new ArrayList<>();
        for (WinCertificate certificate : image.certificates()) {
            results.add(check(image, certificate, trusted));
        }
        return new AuthenticodeReport(AuthenticodeDigest.of(image, DigestAlgorithm.SHA256), results);
    }

    private static AuthenticodeReport.Signature check(
            PeImage image, WinCertificate certificate, Collection<X509Certificate> trusted) throws IOException {
        if (certificate.type() != WinCertificate.TYPE_PKCS_SIGNED_DATA
                || certificate.revision() != WinCertificate.REVISION_2) {
            return failed("is of type " + certificate.type() + ", revision " + certificate.revision());
        }
        CmsSignedData data;
        SpcIndirectData content;
        try {
            data = CmsSignedData.read(certificate.content());
            if (!data.contentType().equals(SpcIndirectData.CONTENT_TYPE)
                    || data.contentElement().isEmpty()) {
                return failed("signs content of type " + data.contentType());
            }
            if (data.signerCount() != 1) {
                return failed("has " + data.signerCount() + " signers");
            }
            content = SpcIndirectData.read(data.contentElement().get());
        } catch (FormatException e) {
            return failed(e.getMessage());
        }
        boolean matches =
                AuthenticodeDigest.of(image, content.digest().algorithm()).equals(content.digest());
        CmsSignature result = data.verify(data.content().orElseThrow()).get(0);
        Optional<List<X509Certificate>> path =
                result.signer().flatMap(signer -> Certificates.path(signer, data.certificates(), trusted));
        return new AuthenticodeReport.Signature(result.signer(), matches, path, result.problem());
    }

    private static AuthenticodeReport.Signature failed(String problem) {
        return new AuthenticodeReport.Signature(Optional.empty(), false, Optional.empty(), Optional.of(problem));
    }
}
