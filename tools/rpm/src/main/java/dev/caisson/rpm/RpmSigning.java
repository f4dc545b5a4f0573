package dev.caisson.rpm;

import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.Plan;
import dev.caisson.openpgp.OpenPgpSigner;
import java.io.IOException;
import java.time.Instant;

/**
 * A package that was made elsewhere, with a signature of its header, whose digests cover the payload. The signature header is
 * written anew: digests, sizes and that one signature; header and payload stay as they are.
 */
public final class RpmSigning implements Plan {
    private static final long MAX_32 = 0xffffffffL;
    private static final int ALIGNMENT = 8;

    private final byte[] lead;
    private final byte[] signature;
    private final ByteSource rest;

    private RpmSigning(byte[] lead, byte[] signature, ByteSource rest) {
        this.lead = lead;
        this.signature = signature;
        this.rest = rest;
    }

    /**
     * Lays out the signed package.
     *
     * @param file a binary package of format 4, which must stay readable while the plan is in use
     * @param created the time that the signature states
     * @throws IOException when the file cannot be read or is no package, or the key refuses
     */
    public static RpmSigning of(ByteSource file, OpenPgpSigner key, Instant created) throws IOException {
        RpmPackage rpm = RpmPackage.open(file, RpmLimits.DEFAULT);
        long offset = rpm.headerOffset();
        byte[] header = file.read(offset, (int) (rpm.payloadOffset() - offset));
        HeaderBuilder out = new HeaderBuilder()
                .string(RpmTag.SIG_SHA1, DigestAlgorithm.SHA1.of(header).hex())
                .string(RpmTag.SIG_SHA256, DigestAlgorithm.SHA256.of(header).hex())
                .binary(key.isRsa() ? RpmTag.SIG_RSA : RpmTag.SIG_DSA, key.sign(ByteSource.of(header), created));
        long size = file.size() - offset;
        // The 64-bit forms are unknown to old readers, so that they are only used where they are needed.
        if (size > MAX_32) {
            out.int64s(RpmTag.SIG_LONGSIZE, size);
        } else {
            out.int32s(RpmTag.SIG_SIZE, size);
        }
        RpmHeader before = rpm.signatureHeader();
        if (before.has(RpmTag.SIG_PAYLOADSIZE)) {
            out.int32s(
                    RpmTag.SIG_PAYLOADSIZE,
                    before.number(RpmTag.SIG_PAYLOADSIZE).orElse(0));
        } else if (before.has(RpmTag.SIG_LONGARCHIVESIZE)) {
            out.int64s(
                    RpmTag.SIG_LONGARCHIVESIZE,
                    before.number(RpmTag.SIG_LONGARCHIVESIZE).orElse(0));
        }
        return new RpmSigning(
                file.read(0, RpmLead.SIZE), out.build(RpmTag.HEADER_SIGNATURES), file.slice(offset, size));
    }

    private long padding() {
        return (ALIGNMENT - signature.length % (long) ALIGNMENT) % ALIGNMENT;
    }

    @Override
    public long size() {
        return lead.length + signature.length + padding() + rest.size();
    }

    @Override
    public void writeTo(ByteSink out) throws IOException {
        out.write(lead);
        out.write(signature);
        out.zeros(padding());
        rest.copyTo(out);
    }
}
