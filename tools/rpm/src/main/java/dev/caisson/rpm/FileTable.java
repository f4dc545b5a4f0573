package dev.caisson.rpm;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.filetree.TreePath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the arrays of a header that describe files, one value for each file. Paths are BASENAMES with DIRINDEXES into DIRNAMES, or,
 * in v3 packages, OLDFILENAMES. For one header.
 */
final class FileTable {
    private static final int MAX_PATH_BYTES = 4095;
    private static final byte[] NO_TARGET = {};

    private final RpmHeader header;
    private final RpmLimits limits;
    private final boolean source;
    private List<byte[]> paths;

    FileTable(RpmHeader header, boolean source, RpmLimits limits) {
        this.header = header;
        this.source = source;
        this.limits = limits;
    }

    private record FileId(long device, long inode) {}

    List<RpmFile> read() throws FormatException {
        paths = header.has(RpmTag.BASENAMES) ? splitPaths() : wholePaths();
        int count = paths.size();
        if (count == 0) {
            return List.of();
        }
        long[] modes = require(RpmTag.FILEMODES);
        long[] sizes = header.has(RpmTag.LONGFILESIZES) ? require(RpmTag.LONGFILESIZES) : require(RpmTag.FILESIZES);
        long[] mtimes = require(RpmTag.FILEMTIMES);
        long[] flags = numbers(RpmTag.FILEFLAGS);
        long[] verifyFlags = numbers(RpmTag.FILEVERIFYFLAGS);
        long[] rdevs = numbers(RpmTag.FILERDEVS);
        long[] colors = numbers(RpmTag.FILECOLORS);
        // As in rpm, an owner that is not named is root.
        List<String> users = texts(RpmTag.FILEUSERNAME, "root");
        List<String> groups = texts(RpmTag.FILEGROUPNAME, "root");
        List<String> languages = texts(RpmTag.FILELANGS, "");
        List<String> capabilities = texts(RpmTag.FILECAPS, "");
        List<byte[]> targets = targets();
        List<Optional<Digest>> digests = digests();
        RpmFile.Type[] types = types(modes, flags);
        int[] linkSets = linkSets(types, flags);
        List<RpmFile> files = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            if (sizes[i] < 0) {
                throw header.corrupt(RpmTag.LONGFILESIZES, "has " + Long.toUnsignedString(sizes[i]), "below 2^63");
            }
            boolean link = types[i] == RpmFile.Type.SYMLINK;
            files.add(new RpmFile(
                    i,
                    path(i),
                    types[i],
                    (int) modes[i] & 07777,
                    users.get(i),
                    groups.get(i),
                    sizes[i],
                    mtimes[i],
                    types[i] == RpmFile.Type.REGULAR ? digests.get(i) : Optional.empty(),
                    link ? target(targets.get(i), i) : NO_TARGET,
                    (int) rdevs[i] >> 8 & 0xff,
                    (int) rdevs[i] & 0xff,
                    (int) flags[i],
                    verifyFlags[i],
                    linkSets[i],
                    colors[i],
                    languages.get(i),
                    capabilities.get(i)));
        }
        checkLinkSets(files);
        return files;
    }

    private List<byte[]> splitPaths() throws FormatException {
        List<byte[]> names = header.byteStrings(RpmTag.BASENAMES);
        List<byte[]> folders = header.byteStrings(RpmTag.DIRNAMES);
        long[] indexes = header.numbers(RpmTag.DIRINDEXES);
        if (indexes.length != names.size()) {
            throw header.corrupt(
                    RpmTag.DIRINDEXES, "has " + indexes.length + " values", names.size() + " as BASENAMES");
        }
        long total = 0;
        List<byte[]> whole = new ArrayList<>(names.size());
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] >= folders.size()) {
                throw header.corrupt(
                        RpmTag.DIRINDEXES, "has " + indexes[i], "below " + folders.size() + ", the size of DIRNAMES");
            }
            byte[] folder = folders.get((int) indexes[i]);
            byte[] name = names.get(i);
            total += folder.length + name.length;
            checkLength(folder.length + name.length, total, RpmTag.BASENAMES);
            byte[] path = Arrays.copyOf(folder, folder.length + name.length);
            System.arraycopy(name, 0, path, folder.length, name.length);
            whole.add(path);
        }
        return whole;
    }

    private List<byte[]> wholePaths() throws FormatException {
        List<byte[]> whole = header.byteStrings(RpmTag.OLDFILENAMES);
        long total = 0;
        for (byte[] path : whole) {
            total += path.length;
            checkLength(path.length, total, RpmTag.OLDFILENAMES);
        }
        return whole;
    }

    private void checkLength(int length, long total, int tag) throws FormatException {
        if (length > MAX_PATH_BYTES) {
            throw header.corrupt(tag, "has a path of " + length + " bytes", "at most " + MAX_PATH_BYTES);
        }
        if (total > limits.pathBytes()) {
            throw new LimitExceededException(
                    "RPM header " + RpmTag.name(tag),
                    header.fileOffset(),
                    "has more than " + limits.pathBytes() + " bytes of paths",
                    "at most that many");
        }
    }

    private TreePath path(int index) throws FormatException {
        byte[] raw = paths.get(index);
        int tag = header.has(RpmTag.BASENAMES) ? RpmTag.BASENAMES : RpmTag.OLDFILENAMES;
        if (!source && (raw.length == 0 || raw[0] != '/')) {
            throw header.corrupt(tag, "has the relative path " + printable(raw), "an absolute path");
        }
        for (int from = 0, at = 0; at <= raw.length; at++) {
            if (at == raw.length || raw[at] == '/') {
                if (at - from == 1 && raw[from] == '.' || at - from == 2 && raw[from] == '.' && raw[from + 1] == '.') {
                    throw header.corrupt(tag, "has \".\" or \"..\" in the path " + printable(raw), "plain names");
                }
                if (at - from > TreePath.NAME_MAX) {
                    throw header.corrupt(
                            tag, "has a name of " + (at - from) + " bytes in a path", "at most " + TreePath.NAME_MAX);
                }
                from = at + 1;
            }
        }
        return TreePath.ofBytes(raw);
    }

    private static String printable(byte[] raw) {
        return "\"" + RpmHeader.text(raw, 0, raw.length) + "\"";
    }

    private long[] require(int tag) throws FormatException {
        if (!header.has(tag)) {
            throw header.corrupt(tag, "is missing", "a value for each of " + paths.size() + " files");
        }
        return numbers(tag);
    }

    private long[] numbers(int tag) throws FormatException {
        long[] values = header.numbers(tag);
        if (!header.has(tag)) {
            return new long[paths.size()];
        }
        checkCount(tag, values.length);
        return values;
    }

    private List<String> texts(int tag, String otherwise) throws FormatException {
        List<String> values = header.strings(tag);
        if (!header.has(tag)) {
            return java.util.Collections.nCopies(paths.size(), otherwise);
        }
        checkCount(tag, values.size());
        return values;
    }

    private void checkCount(int tag, int count) throws CorruptDataException {
        if (count != paths.size()) {
            throw header.corrupt(tag, "has " + count + " values", paths.size() + ", one for each file");
        }
    }

    private List<byte[]> targets() throws FormatException {
        if (!header.has(RpmTag.FILELINKTOS)) {
            return java.util.Collections.nCopies(paths.size(), NO_TARGET);
        }
        List<byte[]> targets = header.byteStrings(RpmTag.FILELINKTOS);
        checkCount(RpmTag.FILELINKTOS, targets.size());
        return targets;
    }

    private byte[] target(byte[] target, int index) throws FormatException {
        if (target.length == 0 || target.length > MAX_PATH_BYTES) {
            throw header.corrupt(
                    RpmTag.FILELINKTOS,
                    "has a target of " + target.length + " bytes for " + printable(paths.get(index)),
                    "1 to " + MAX_PATH_BYTES);
        }
        return target;
    }

    private RpmFile.Type[] types(long[] modes, long[] flags) throws FormatException {
        RpmFile.Type[] types = new RpmFile.Type[modes.length];
        for (int i = 0; i < types.length; i++) {
            int mode = (int) modes[i] & 0xffff;
            // A ghost that was not there when the package was built may have no type.
            boolean untyped = (mode & 0170000) == 0 && ((int) flags[i] & RpmFile.GHOST) != 0;
            Optional<RpmFile.Type> type = untyped ? Optional.of(RpmFile.Type.REGULAR) : RpmFile.Type.ofMode(mode);
            if (type.isEmpty()) {
                throw header.corrupt(
                        RpmTag.FILEMODES,
                        "has 0" + Integer.toOctalString(mode) + " for " + printable(paths.get(i)),
                        "a file type");
            }
            types[i] = type.get();
        }
        return types;
    }

    private List<Optional<Digest>> digests() throws FormatException {
        if (!header.has(RpmTag.FILEDIGESTS)) {
            return java.util.Collections.nCopies(paths.size(), Optional.empty());
        }
        long number = header.number(RpmTag.FILEDIGESTALGO).orElse(FileDigestAlgorithms.MD5);
        DigestAlgorithm algorithm = FileDigestAlgorithms.ofNumber(number)
                .orElseThrow(() -> new UnsupportedFeatureException(
                        "RPM header FILEDIGESTALGO", header.fileOffset(), "is " + number, "a known hash function"));
        List<String> texts = header.strings(RpmTag.FILEDIGESTS);
        checkCount(RpmTag.FILEDIGESTS, texts.size());
        List<Optional<Digest>> digests = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            digests.add(texts.get(i).isEmpty() ? Optional.empty() : Optional.of(digest(algorithm, texts.get(i), i)));
        }
        return digests;
    }

    private Digest digest(DigestAlgorithm algorithm, String hex, int index) throws CorruptDataException {
        if (hex.length() == 2 * algorithm.sizeBytes()) {
            try {
                return new Digest(algorithm, HexFormat.of().parseHex(hex));
            } catch (IllegalArgumentException e) {
                // Reported below.
            }
        }
        throw header.corrupt(
                RpmTag.FILEDIGESTS,
                "has \"" + hex.substring(0, Math.min(hex.length(), 140)) + "\" for " + printable(paths.get(index)),
                2 * algorithm.sizeBytes() + " hexadecimal digits");
    }

    /** By rpm's rule: regular files in the payload with the same device and inode number are one file. */
    private int[] linkSets(RpmFile.Type[] types, long[] flags) throws FormatException {
        int[] sets = new int[types.length];
        Arrays.fill(sets, -1);
        if (!header.has(RpmTag.FILEINODES) || !header.has(RpmTag.FILEDEVICES)) {
            return sets;
        }
        long[] inodes = numbers(RpmTag.FILEINODES);
        long[] devices = numbers(RpmTag.FILEDEVICES);
        Map<FileId, Integer> last = new HashMap<>();
        for (int i = types.length - 1; i >= 0; i--) {
            if (types[i] == RpmFile.Type.REGULAR && ((int) flags[i] & RpmFile.GHOST) == 0) {
                Integer bearer = last.putIfAbsent(new FileId(devices[i], inodes[i]), i);
                if (bearer != null) {
                    sets[i] = bearer;
                    sets[bearer] = bearer;
                }
            }
        }
        return sets;
    }

    private void checkLinkSets(List<RpmFile> files) throws FormatException {
        for (RpmFile file : files) {
            if (file.isHardLinked()) {
                RpmFile bearer = files.get(file.linkSet());
                if (file.sizeBytes() != bearer.sizeBytes() || !file.digest().equals(bearer.digest())) {
                    throw header.corrupt(
                            RpmTag.FILEINODES,
                            "are the same for " + file + " and " + bearer + ", which differ in size or digest",
                            "hard links of one file");
                }
            }
        }
    }
}
