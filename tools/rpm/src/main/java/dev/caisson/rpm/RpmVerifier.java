package dev.caisson.rpm;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.openpgp.OpenPgpVerifier;
import dev.caisson.openpgp.SignatureCheck;
import dev.caisson.openpgp.SignatureStatus;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks all that a package says about its own bytes, and its signatures. */
public final class RpmVerifier {
    private RpmVerifier() {}

    /** Looks at nothing. */
    private static final class Nothing implements PayloadVisitor {
        @Override
        public void directory(RpmFile file) {}

        @Override
        public void file(RpmFile file, InputStream content) {}

        @Override
        public void hardLink(RpmFile file, RpmFile existing) {}

        @Override
        public void symlink(RpmFile file) {}

        @Override
        public void special(RpmFile file) {}
    }

    /**
     * Reads the payload twice, once as it is stored and once decompressed, and once more for each signature that covers it.
     *
     * @param keys what to check signatures with
     * @return the outcome, wrong digests and signatures included
     * @throws IOException when the source cannot be read
     */
    public static RpmVerification verify(RpmPackage rpm, OpenPgpVerifier keys) throws IOException {
        List<DigestCheck> digests = new ArrayList<>(rpm.checkedHeaderDigests());
        addMd5(rpm, digests);
        boolean covered = false;
        for (RpmPackage.PayloadDigest stated : rpm.payloadDigests()) {
            if (!stated.uncompressed()) {
                DigestCheck check = new DigestCheck(
                        stated.name(),
                        stated.stated(),
                        stated.stated().algorithm().of(rpm.payload()));
                digests.add(check);
                covered |= check.isGood() && isSafe(stated.stated().algorithm());
            }
        }
        Optional<FormatException> damage = Optional.empty();
        if (digests.stream().allMatch(DigestCheck::isGood)) {
            try {
                rpm.readPayload(new Nothing(), PayloadCheck.DIGESTS);
            } catch (FormatException e) {
                damage = Optional.of(e);
            }
        }
        return new RpmVerification(digests, damage, covered, signatures(rpm, keys));
    }

    private static boolean isSafe(DigestAlgorithm algorithm) {
        return algorithm != DigestAlgorithm.MD5 && algorithm != DigestAlgorithm.SHA1;
    }

    private static void addMd5(RpmPackage rpm, List<DigestCheck> digests) throws IOException {
        Optional<byte[]> md5 = rpm.signatureHeader().binary(RpmTag.SIG_MD5);
        if (md5.isPresent()) {
            if (md5.get().length != DigestAlgorithm.MD5.sizeBytes()) {
                throw rpm.signatureHeader().corrupt(RpmTag.SIG_MD5, "has " + md5.get().length + " bytes", "16");
            }
            digests.add(new DigestCheck(
                    "header and payload md5",
                    new Digest(DigestAlgorithm.MD5, md5.get()),
                    DigestAlgorithm.MD5.of(rpm.headerAndPayload())));
        }
    }

    /**
     * Checks the signatures alone. Those of the header need nothing else to be read.
     *
     * @throws IOException when the source cannot be read
     */
    public static List<RpmVerification.Signed> signatures(RpmPackage rpm, OpenPgpVerifier keys) throws IOException {
        List<RpmVerification.Signed> results = new ArrayList<>();
        for (RpmSignature signature : rpm.signatures()) {
            ByteSource data = signature.range() == RpmSignature.Range.HEADER
                    ? ByteSource.of(rpm.header().bytes())
                    : rpm.headerAndPayload();
            for (SignatureCheck check : check(keys, data, signature.packet())) {
                results.add(new RpmVerification.Signed(signature, check));
            }
        }
        return results;
    }

    private static List<SignatureCheck> check(OpenPgpVerifier keys, ByteSource data, byte[] packet) throws IOException {
        try {
            List<SignatureCheck> checks = keys.check(data, packet);
            return checks.isEmpty() ? List.of(unreadable(SignatureStatus.UNSUPPORTED)) : checks;
        } catch (FormatException e) {
            return List.of(unreadable(SignatureStatus.BAD));
        }
    }

    private static SignatureCheck unreadable(SignatureStatus status) {
        return new SignatureCheck(
                status, "0".repeat(16), Optional.empty(), Optional.empty(), Instant.EPOCH, "unknown digest");
    }
}
