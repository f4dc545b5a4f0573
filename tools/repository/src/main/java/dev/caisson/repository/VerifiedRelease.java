package dev.caisson.repository;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.openpgp.ClearSignedMessage;
import dev.caisson.openpgp.OpenPgpVerificationException;
import dev.caisson.openpgp.OpenPgpVerifier;
import dev.caisson.openpgp.SignatureReport;

/**
 * A Release file whose signature holds.
 *
 * @param release its contents: exactly what was signed
 * @param signatures who signed
 * @param digest SHA-256 of the InRelease file, or of the Release file when the signature came apart from it
 */
public record VerifiedRelease(ReleaseFile release, SignatureReport signatures, Digest digest) {
    /**
     * Verifies an InRelease file.
     *
     * @throws OpenPgpVerificationException when no signature is good
     * @throws FormatException when the file is damaged
     */
    public static VerifiedRelease fromInRelease(byte[] inRelease, OpenPgpVerifier verifier)
            throws FormatException, OpenPgpVerificationException {
        ClearSignedMessage message = ClearSignedMessage.parse(inRelease);
        SignatureReport report = verifier.verifyCleartext(message);
        return new VerifiedRelease(ReleaseFile.parse(message.text()), report, DigestAlgorithm.SHA256.of(inRelease));
    }

    /**
     * Verifies a Release file with its detached signature, {@code Release.gpg}.
     *
     * @throws OpenPgpVerificationException when no signature is good
     * @throws FormatException when a file is damaged
     */
    public static VerifiedRelease fromDetached(byte[] release, byte[] signature, OpenPgpVerifier verifier)
            throws FormatException, OpenPgpVerificationException {
        SignatureReport report = verifier.verifyDetached(release, signature);
        return new VerifiedRelease(ReleaseFile.parse(release), report, DigestAlgorithm.SHA256.of(release));
    }
}
