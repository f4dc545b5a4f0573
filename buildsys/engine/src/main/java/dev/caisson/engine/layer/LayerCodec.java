package dev.caisson.engine.layer;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.root.PackageLayer;
import dev.caisson.erofs.EncodedContent;
import dev.caisson.erofs.EncodedFile;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.filetree.Xattrs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The stored form of a layer's entries. Private to this program: read back only under a key that names this version. In the
 * store a checksum protects it, but one from a remote cache may be anything.
 */
final class LayerCodec {
    /** Part of every layer's key; a change of the form or of what goes into a layer raises it. */
    static final String VERSION = "layer 3";

    private LayerCodec() {}

    /** A layer's entries with the index of each file's blocks in the blob. */
    record Description(PackageLayer layer, Digest blob, long blobSize) {}

    static byte[] encode(PackageLayer layer, Digest blob, long blobSize) {
        BinaryWriter out = BinaryWriter.littleEndian(1 << 16);
        out.bytes(blob.bytes()).u64(blobSize);
        text(out, layer.name());
        text(out, layer.version());
        text(out, layer.architecture());
        out.u32(layer.fields().size());
        new TreeMap<>(layer.fields()).forEach((name, value) -> {
            text(out, name);
            text(out, value);
        });
        out.u32(layer.replaces().size());
        new TreeSet<>(layer.replaces()).forEach(name -> text(out, name));
        out.u32(layer.scripts().size());
        layer.scripts().forEach((name, content) -> {
            text(out, name);
            block(out, content);
        });
        out.u32(layer.entries().size());
        IdentityHashMap<Inode, Integer> written = new IdentityHashMap<>();
        for (int i = 0; i < layer.entries().size(); i++) {
            PackageLayer.Entry entry = layer.entries().get(i);
            block(out, entry.path().relativeBytes());
            text(out, entry.owner().map(PackageLayer.Owner::user).orElse(""));
            text(out, entry.owner().map(PackageLayer.Owner::group).orElse(""));
            Integer first = written.putIfAbsent(entry.inode(), i);
            if (first != null) {
                out.u8('h').u32(first);
            } else {
                inode(out, entry.inode());
            }
        }
        out.u8(layer.rpmRecord().isPresent() ? 1 : 0);
        layer.rpmRecord().ifPresent(record -> block(out, record));
        return out.toByteArray();
    }

    private static void inode(BinaryWriter out, Inode inode) {
        Attributes a = inode.attributes();
        out.u8(inode.typeLetter())
                .u16(a.mode())
                .u32(a.uid())
                .u32(a.gid())
                .u64(a.mtimeSeconds())
                .u32(a.mtimeNanos());
        out.u16(a.xattrs().asMap().size());
        a.xattrs().asMap().forEach((name, value) -> {
            text(out, name);
            block(out, value);
        });
        if (inode instanceof Inode.RegularFile file) {
            EncodedFile encoded = ((EncodedContent) file.content()).file();
            long offset = encoded.blocks() instanceof LayerBlob.Range range ? range.offset() : 0;
            out.u64(offset).u64(encoded.blocks().size());
            block(out, encoded.index());
        } else if (inode instanceof Inode.Symlink link) {
            block(out, link.target());
        } else if (inode instanceof Inode.Device device) {
            out.u32(device.major()).u32(device.minor());
        }
    }

    /** Reads the digest and size of the blob that a description needs. */
    static Digest blobOf(byte[] stored) throws CorruptDataException {
        return new Digest(
                DigestAlgorithm.SHA256,
                BinaryReader.littleEndian("layer", stored).bytes(32));
    }

    static Description decode(byte[] stored, LayerBlob blob) throws IOException {
        try {
            return read(stored, blob);
        } catch (IllegalArgumentException e) {
            // Paths, attributes and ranges check themselves.
            throw new CorruptDataException(
                    "layer",
                    FormatException.NO_OFFSET,
                    String.valueOf(e.getMessage()),
                    "possible names and attributes");
        }
    }

    private static Description read(byte[] stored, LayerBlob blob) throws IOException {
        BinaryReader in = BinaryReader.littleEndian("layer", stored);
        Digest digest = new Digest(DigestAlgorithm.SHA256, in.bytes(32));
        long blobSize = in.u63();
        String name = text(in);
        String version = text(in);
        String architecture = text(in);
        Map<String, String> fields = new TreeMap<>();
        for (long n = in.u32(); n > 0; n--) {
            fields.put(text(in), text(in));
        }
        TreeSet<String> replaces = new TreeSet<>();
        for (long n = in.u32(); n > 0; n--) {
            replaces.add(text(in));
        }
        TreeMap<String, byte[]> scripts = new TreeMap<>();
        for (long n = in.u32(); n > 0; n--) {
            scripts.put(text(in), block(in));
        }
        List<PackageLayer.Entry> entries = new ArrayList<>();
        for (long n = in.u32(); n > 0; n--) {
            TreePath path = TreePath.ofBytes(block(in));
            Optional<PackageLayer.Owner> owner = owner(text(in), text(in));
            int type = in.u8();
            if (type == 'h') {
                int first = (int) in.u32();
                if (first < 0 || first >= entries.size()) {
                    throw new CorruptDataException("layer", in.offset(), "links to entry " + first, "an earlier one");
                }
                entries.add(new PackageLayer.Entry(path, entries.get(first).inode(), owner));
            } else {
                entries.add(new PackageLayer.Entry(path, inode(in, type, blob), owner));
            }
        }
        Optional<byte[]> record = in.u8() == 0 ? Optional.empty() : Optional.of(block(in));
        if (in.remaining() != 0) {
            throw new CorruptDataException("layer", in.offset(), "goes on for " + in.remaining() + " bytes", "its end");
        }
        return new Description(
                new PackageLayer(name, version, architecture, fields, replaces, scripts, entries, record),
                digest,
                blobSize);
    }

    private static Optional<PackageLayer.Owner> owner(String user, String group) {
        return user.isEmpty() ? Optional.empty() : Optional.of(new PackageLayer.Owner(user, group));
    }

    private static Inode inode(BinaryReader in, int type, LayerBlob blob) throws IOException {
        int mode = in.u16();
        long uid = in.u32();
        long gid = in.u32();
        long seconds = in.i64();
        int nanos = (int) in.u32();
        Xattrs xattrs = Xattrs.NONE;
        for (int n = in.u16(); n > 0; n--) {
            xattrs = xattrs.with(text(in), block(in));
        }
        Attributes a = new Attributes(mode, uid, gid, seconds, nanos, xattrs);
        return switch (type) {
            case 'd' -> new Inode.Directory(a);
            case 'f' -> {
                ByteSource blocks = blob.range(in.u63(), in.u63());
                yield new Inode.RegularFile(a, new EncodedContent(EncodedFile.ofIndex(block(in), blocks)));
            }
            case 'l' -> new Inode.Symlink(a, block(in));
            case 'c', 'b' -> new Inode.Device(a, type == 'b', (int) in.u32(), (int) in.u32());
            case 'p' -> new Inode.Fifo(a);
            case 's' -> new Inode.Socket(a);
            default -> throw new CorruptDataException("layer", in.offset(), "has entry type " + type, "");
        };
    }

    private static void text(BinaryWriter out, String text) {
        block(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void block(BinaryWriter out, byte[] bytes) {
        out.u32(bytes.length).bytes(bytes);
    }

    private static String text(BinaryReader in) throws CorruptDataException {
        return new String(block(in), StandardCharsets.UTF_8);
    }

    private static byte[] block(BinaryReader in) throws CorruptDataException {
        return in.bytes(in.u32());
    }

    /** A sink's content as bytes, for keys. */
    static Digest key(String... parts) {
        ArraySink sink = new ArraySink();
        for (String part : parts) {
            sink.write(part.getBytes(StandardCharsets.UTF_8));
            sink.zeros(1);
        }
        return DigestAlgorithm.SHA256.of(sink.toByteArray());
    }
}
