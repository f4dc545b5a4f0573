package dev.caisson.rpm;

import dev.caisson.bytes.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** A payload that is decompressed while digests of its stored and of its uncompressed bytes are computed. For one thread. */
final class PayloadStream implements AutoCloseable {
    private final List<RpmPackage.PayloadDigest> digests;
    private final List<DigestingStream> streams = new ArrayList<>();
    private final InputStream stored;
    private final InputStream archive;

    PayloadStream(RpmPackage rpm, List<RpmPackage.PayloadDigest> digests) throws IOException {
        this.digests = digests;
        this.stored = digesting(rpm.storedPayload(), false);
        this.archive = digesting(rpm.decode(stored), true);
    }

    private InputStream digesting(InputStream in, boolean uncompressed) {
        InputStream outer = in;
        for (RpmPackage.PayloadDigest digest : digests) {
            if (digest.uncompressed() == uncompressed) {
                DigestingStream stream =
                        new DigestingStream(outer, digest.stated().algorithm());
                streams.add(stream);
                outer = stream;
            }
        }
        return outer;
    }

    InputStream archive() {
        return archive;
    }

    /** Reads what is left of both and compares. */
    List<DigestCheck> finish() throws IOException {
        archive.transferTo(java.io.OutputStream.nullOutputStream());
        stored.transferTo(java.io.OutputStream.nullOutputStream());
        List<DigestCheck> checks = new ArrayList<>();
        int next = 0;
        for (boolean uncompressed : new boolean[] {false, true}) {
            for (RpmPackage.PayloadDigest digest : digests) {
                if (digest.uncompressed() == uncompressed) {
                    Digest actual = streams.get(next++).finish();
                    checks.add(new DigestCheck(digest.name(), digest.stated(), actual));
                }
            }
        }
        return checks;
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }
}
