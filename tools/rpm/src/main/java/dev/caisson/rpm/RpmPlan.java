package dev.caisson.rpm;

import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.DigestingSink;
import dev.caisson.bytes.Plan;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** A package whose every byte is decided; made by {@link RpmPlanner}. */
public final class RpmPlan implements Plan {
    private static final long MAX_32 = 0xffffffffL;
    private static final int ALIGNMENT = 8;

    private final byte[] lead;
    private final byte[] header;
    private final PayloadWriter payload;
    private final PayloadWriter.Result result;
    private final Map<Integer, byte[]> signatures;
    private final byte[] signature;

    RpmPlan(
            byte[] lead,
            byte[] header,
            PayloadWriter payload,
            PayloadWriter.Result result,
            Map<Integer, byte[]> signatures) {
        this.lead = lead;
        this.header = header;
        this.payload = payload;
        this.result = result;
        this.signatures = signatures;
        this.signature = signatureHeader();
    }

    private byte[] signatureHeader() {
        HeaderBuilder out = new HeaderBuilder()
                .string(RpmTag.SIG_SHA1, DigestAlgorithm.SHA1.of(header).hex())
                .string(RpmTag.SIG_SHA256, DigestAlgorithm.SHA256.of(header).hex());
        signatures.forEach(out::binary);
        long size = header.length + result.storedBytes();
        // The 64-bit forms are unknown to old readers, so that they are only used where they are needed.
        if (size > MAX_32 || result.archiveBytes() > MAX_32) {
            out.int64s(RpmTag.SIG_LONGSIZE, size).int64s(RpmTag.SIG_LONGARCHIVESIZE, result.archiveBytes());
        } else {
            out.int32s(RpmTag.SIG_SIZE, size).int32s(RpmTag.SIG_PAYLOADSIZE, result.archiveBytes());
        }
        return out.build(RpmTag.HEADER_SIGNATURES);
    }

    RpmPlan withSignature(int tag, byte[] packet) {
        Map<Integer, byte[]> all = new TreeMap<>(signatures);
        all.put(tag, packet.clone());
        return new RpmPlan(lead, header, payload, result, all);
    }

    /** What signatures cover. */
    byte[] header() {
        return header;
    }

    /** First byte of the header, and so the end of what a signature changes. */
    public long headerOffset() {
        return lead.length + (signature.length + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
    }

    @Override
    public long size() {
        return headerOffset() + header.length + result.storedBytes();
    }

    @Override
    public void writeTo(ByteSink out) throws IOException {
        out.write(lead);
        out.write(signature);
        out.zeros(headerOffset() - lead.length - signature.length);
        out.write(header);
        if (result.retained().isPresent()) {
            out.write(result.retained().get());
            return;
        }
        DigestingSink again = new DigestingSink(out, DigestAlgorithm.SHA256);
        payload.writeTo(again);
        if (!again.digest().equals(result.stored())) {
            throw new IllegalStateException("a content has changed since the package was planned");
        }
    }
}
