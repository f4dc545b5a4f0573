package dev.caisson.engine.root;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.layer.LayerBlob;
import dev.caisson.erofs.EncodedContent;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Predicate;

/** What tells a tree's files apart without reading those that came with a layer: for keys of results that are stored. */
public final class ContentIdentity {
    private ContentIdentity() {}

    /** The same for two files only when their bytes are the same. */
    public static String of(Inode.RegularFile file) throws IOException {
        if (file.content() instanceof EncodedContent encoded
                && encoded.file().blocks() instanceof LayerBlob.Range range
                && range.length() > 0) {
            return range.blob().digest().hex() + " " + range.offset() + " "
                    + file.content().size();
        }
        return DigestAlgorithm.SHA256.of(file.content()).hex();
    }

    /** A digest of the chosen paths, of what is at each, and of what its content is; owners and times do not count. */
    public static Digest of(FileTree tree, String purpose, Predicate<TreePath> chosen) throws IOException {
        BinaryWriter out = BinaryWriter.littleEndian(1 << 18);
        text(out, purpose);
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            if (chosen.test(entry.getKey())) {
                byte[] path = entry.getKey().relativeBytes();
                out.u32(path.length).bytes(path);
                Inode inode = entry.getValue();
                out.u8(inode.typeLetter()).u16(inode.attributes().mode());
                if (inode instanceof Inode.RegularFile file) {
                    text(out, of(file));
                } else if (inode instanceof Inode.Symlink link) {
                    out.u32(link.target().length).bytes(link.target());
                }
            }
        }
        return DigestAlgorithm.SHA256.of(out.toByteArray());
    }

    private static void text(BinaryWriter out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.u32(bytes.length).bytes(bytes);
    }
}
