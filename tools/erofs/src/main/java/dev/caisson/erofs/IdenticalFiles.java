package dev.caisson.erofs;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.IdentifiedSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds files whose contents are stored alike, so that their blocks need to be placed only once. Files are compared by what
 * describes them, {@link EncodedFile#index()}, and only where that is the same by the names of their blocks, or their
 * SHA-256; nearly no block is read in vain, as compressed files of one size and the same cluster lengths are seldom different.
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

    /** Files of one index. Their blocks are read only where one of them has no name. */
    private static final class Alike {
        private final List<EncodedFile> files = new ArrayList<>();
        private final Map<Digest, EncodedFile> byName = new HashMap<>();
        private final Map<Digest, EncodedFile> byBlocks = new HashMap<>();
        private boolean allNamed = true;
        private int read;

        Alike(EncodedFile first) {
            files.add(first);
        }

        EncodedFile firstLike(EncodedFile file) throws IOException {
            if (file == files.get(0)) {
                return file;
            }
            if (files.size() == 1) {
                name(files.get(0));
            }
            Optional<Digest> name = nameOf(file);
            EncodedFile known = name.isEmpty() ? null : byName.get(name.get());
            if (known == null && (name.isEmpty() || !allNamed)) {
                known = sameBlocks(file);
            }
            if (known == null) {
                files.add(file);
                name(file);
                return file;
            }
            return known;
        }

        private void name(EncodedFile file) {
            nameOf(file).ifPresentOrElse(name -> byName.put(name, file), () -> allNamed = false);
        }

        private static Optional<Digest> nameOf(EncodedFile file) {
            return file.blocks() instanceof IdentifiedSource source ? source.identity() : Optional.empty();
        }

        private EncodedFile sameBlocks(EncodedFile file) throws IOException {
            for (; read < files.size(); read++) {
                byBlocks.putIfAbsent(DigestAlgorithm.SHA256.of(files.get(read).blocks()), files.get(read));
            }
            return byBlocks.get(DigestAlgorithm.SHA256.of(file.blocks()));
        }
    }
}
