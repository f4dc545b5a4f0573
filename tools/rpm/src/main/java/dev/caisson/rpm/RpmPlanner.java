package dev.caisson.rpm;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.filetree.TreePath;
import dev.caisson.openpgp.OpenPgpSigner;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays out packages of format 4. The same request, options, key and time give the same bytes. Contents are read once while the plan
 * is made, for their digests and the payload's, and once more by each {@link RpmPlan#writeTo} that has to compress again.
 */
public final class RpmPlanner {
    /** From here on files need the stripped cpio format and 64-bit sizes. */
    private static final long LARGE_FILE = 0xffffffffL;

    private final RpmRequest request;
    private final RpmOptions options;

    private RpmPlanner(RpmRequest request, RpmOptions options) {
        this.request = request;
        this.options = options;
    }

    /**
     * Lays out a package without signature.
     *
     * @throws CorruptDataException when the request contradicts itself: a path twice or below a file, a hard link to nothing, malformed
     *     capabilities
     * @throws IOException when a content cannot be read
     */
    public static RpmPlan plan(RpmRequest request, RpmOptions options) throws IOException {
        return new RpmPlanner(request, options).plan();
    }

    /**
     * The same package with a signature of the header, whose digests cover the payload.
     *
     * @param created the time that the signature states
     * @throws IOException when the key refuses
     */
    public static RpmPlan sign(RpmPlan plan, OpenPgpSigner key, Instant created) throws IOException {
        byte[] packet = key.sign(ByteSource.of(plan.header()), created);
        return plan.withSignature(key.isRsa() ? RpmTag.SIG_RSA : RpmTag.SIG_DSA, packet);
    }

    private RpmPlan plan() throws IOException {
        List<PlannedFile> files = planFiles();
        boolean stripped = files.stream().anyMatch(file -> file.sizeBytes() > LARGE_FILE);
        PayloadWriter payload = new PayloadWriter(files, stripped, options);
        PayloadWriter.Result result = payload.measure();
        Map<DependencyKind, List<RpmDependency>> dependencies =
                new ImpliedDependencies(request).all(options.payload(), stripped);
        byte[] header = new HeaderLayout(request, files, dependencies, options, result).build();
        return new RpmPlan(lead(), header, payload, result, Map.of());
    }

    private byte[] lead() {
        return new RpmLead(3, false, request.name() + "-" + request.version() + "-" + request.release()).encode();
    }

    private List<PlannedFile> planFiles() throws FormatException {
        List<RpmFileRequest> sorted = new ArrayList<>(request.files());
        // The order of rpmbuild: readers search by it.
        sorted.sort((a, b) -> Arrays.compareUnsigned(a.path().bytes(), b.path().bytes()));
        Map<TreePath, RpmFileRequest> byPath = new HashMap<>();
        for (RpmFileRequest file : sorted) {
            if (byPath.put(file.path(), file) != null) {
                throw contradiction(file, "is asked for twice", "each path once");
            }
        }
        Map<TreePath, Integer> last = new HashMap<>();
        Map<TreePath, Integer> names = new HashMap<>();
        for (int i = 0; i < sorted.size(); i++) {
            RpmFileRequest file = sorted.get(i);
            check(file, byPath);
            TreePath identity = file.hardLinkTo().orElse(file.path());
            last.put(identity, i);
            names.merge(identity, 1, Integer::sum);
        }
        Map<TreePath, Integer> inodes = new HashMap<>();
        List<PlannedFile> files = new ArrayList<>(sorted.size());
        for (int i = 0; i < sorted.size(); i++) {
            TreePath identity = sorted.get(i).hardLinkTo().orElse(sorted.get(i).path());
            inodes.putIfAbsent(identity, inodes.size() + 1);
            files.add(new PlannedFile(
                    sorted.get(i),
                    inodes.get(identity),
                    names.get(identity),
                    last.get(identity) == i,
                    byPath.get(identity).content()));
        }
        return files;
    }

    private static void check(RpmFileRequest file, Map<TreePath, RpmFileRequest> byPath) throws FormatException {
        for (TreePath above = file.path(); !above.isRoot(); ) {
            above = above.parent();
            RpmFileRequest there = byPath.get(above);
            if (there != null && there.type() != RpmFile.Type.DIRECTORY) {
                throw contradiction(file, "lies below " + above + ", which is no directory", "a directory");
            }
        }
        if (file.hardLinkTo().isPresent()) {
            RpmFileRequest target = byPath.get(file.hardLinkTo().get());
            if (target == null
                    || target.type() != RpmFile.Type.REGULAR
                    || target.hardLinkTo().isPresent()
                    || target.isGhost()
                    || file.isGhost()) {
                throw contradiction(
                        file, "is a hard link to " + file.hardLinkTo().get(), "a regular file");
            }
        }
        if (file.isGhost() && file.content().size() > 0) {
            throw contradiction(file, "is a ghost with content", "none");
        }
        if (!file.capabilities().isEmpty()) {
            FileCapabilities.parse(file.capabilities());
        }
    }

    private static CorruptDataException contradiction(RpmFileRequest file, String actual, String expected) {
        return new CorruptDataException("file " + file.path(), FormatException.NO_OFFSET, actual, expected);
    }
}
