package dev.caisson.erofs;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds files whose contents are stored alike, so that their blocks need to be placed only once. Files are compared by what
 * describes them, {@link EncodedFile#index()}, and only where that is the same by the SHA-256 of their blocks; nearly no block
 * is read in vain, as compressed files of one size and the same cluster lengths are seldom different.
 */
final class IdenticalFiles {
    private final Map<ByteBuffer, Alike> byIndex = new HashMap<>();

    /** The first of the files asked for so far that is stored alike; the file itself when there was none. */
    EncodedFile firstLike(EncodedFile file) throws IOException {
        if (file.blockCount() == 0) {
            return file;
        }
        ByteBuffer index = ByteBuffer.wrap(file.index());
        Alike alike = byIndex.get(index);
        if (alike == null) {
            byIndex.put(index, new Alike(file));
            return file;
        }
        return alike.firstLike(file);
    }

    /** Files of one index. */
    private static final class Alike {
        private final EncodedFile first;
        private final Map<Digest, EncodedFile> byBlocks = new HashMap<>();

        Alike(EncodedFile first) {
            this.first = first;
        }

        EncodedFile firstLike(EncodedFile file) throws IOException {
            if (file == first) {
                return file;
            }
            if (byBlocks.isEmpty()) {
                byBlocks.put(DigestAlgorithm.SHA256.of(first.blocks()), first);
            }
            EncodedFile known = byBlocks.putIfAbsent(DigestAlgorithm.SHA256.of(file.blocks()), file);
            return known == null ? file : known;
        }
    }
}
