package dev.caisson.deb;

import dev.caisson.archive.ArReader;
import dev.caisson.archive.TarEntry;
import dev.caisson.archive.TarLimits;
import dev.caisson.archive.TarReader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.SourceStream;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.compression.Codec;
import dev.caisson.compression.CodecLimits;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A binary package, format 2 ({@code deb(5)}): an ar archive of {@code debian-binary}, a control archive and a data archive, in
 * that order. {@link #open} reads the first two; {@link #readData} streams the third, as often as it is called.
 *
 * <p>Every {@link FormatException} from here names the package and, where there is one, the member. Contents are what the archives
 * say: nothing is asked of or written to the host.
 */
public final class DebPackage {
    private static final String VERSION_MEMBER = "debian-binary";
    private static final String CONTROL_MEMBER = "control.tar";
    private static final String DATA_MEMBER = "data.tar";
    private static final List<String> CONTROL_EXTENSIONS = List.of("", ".gz", ".xz", ".zst");
    private static final List<String> DATA_EXTENSIONS = List.of("", ".gz", ".xz", ".zst", ".bz2", ".lzma");
    private static final int MAX_AR_MEMBERS = 100;
    private static final int MAX_VERSION_BYTES = 1024;

    private final String name;
    private final ByteSource data;
    private final String dataMember;
    private final DebLimits limits;
    private final Deb822Paragraph control;
    private final SortedMap<String, byte[]> controlFiles;

    private DebPackage(
            String name,
            ByteSource data,
            String dataMember,
            DebLimits limits,
            Deb822Paragraph control,
            SortedMap<String, byte[]> controlFiles) {
        this.name = name;
        this.data = data;
        this.dataMember = dataMember;
        this.limits = limits;
        this.control = control;
        this.controlFiles = controlFiles;
    }

    /** Opens a package that messages call by its own name and version, once these are known. */
    public static DebPackage open(ByteSource source, DebLimits limits) throws IOException {
        return open("", source, limits);
    }

    /**
     * Reads what comes before the data archive. The source must stay readable while the package is in use.
     *
     * @param name what messages call the package; if empty, its own name and version
     * @throws NotThisFormatException when the source is no Debian package
     * @throws UnsupportedFeatureException for a format other than 2.x and unknown compression
     * @throws CorruptDataException when members are missing, repeated, in the wrong order, or damaged, or when the control file
     *     has no Package, Version or Architecture
     * @throws LimitExceededException when the control archive is larger than allowed
     */
    public static DebPackage open(String name, ByteSource source, DebLimits limits) throws IOException {
        String called = name.isEmpty() ? "Debian package" : "package " + name;
        try {
            Members members = Members.find(ArReader.read(source, MAX_AR_MEMBERS), source);
            SortedMap<String, byte[]> files = readControl(members.control(), source, limits);
            byte[] controlFile = files.get("control");
            if (controlFile == null) {
                throw new CorruptDataException(
                        members.control().name(), FormatException.NO_OFFSET, "has no file \"control\"", "one");
            }
            Deb822Paragraph control = Deb822Reader.single("control", controlFile);
            String own = control.require("control", "Package") + " " + control.require("control", "Version");
            control.require("control", "Architecture");
            return new DebPackage(
                    name.isEmpty() ? own : name,
                    members.data().in(source),
                    members.data().name(),
                    limits,
                    control,
                    Collections.unmodifiableSortedMap(files));
        } catch (FormatException e) {
            throw named(called, e);
        }
    }

    /** What messages call the package. */
    public String name() {
        return name;
    }

    /** The control file's one paragraph; it has Package, Version and Architecture. */
    public Deb822Paragraph control() {
        return control;
    }

    /**
     * The files of the control archive by name ({@code control}, {@code conffiles}, {@code md5sums}, {@code postinst},
     * {@code triggers} …), sorted. The arrays are not to be changed.
     */
    public SortedMap<String, byte[]> controlFiles() {
        return controlFiles;
    }

    /** Name of the ar member that holds the data archive, such as {@code data.tar.xz}. */
    public String dataMember() {
        return dataMember;
    }

    /** Stored size of the data archive in bytes. */
    public long dataStoredBytes() {
        return data.size();
    }

    /**
     * Reads the data archive from its first to its last byte and gives each member to {@code visitor}.
     *
     * @throws CorruptDataException when the archive is damaged or truncated; for absolute paths, {@code ..}, NUL and names of more
     *     than 255 bytes; for a path that comes twice (but for directories with the same attributes) or lies below anything but
     *     directories; for a hard link to anything but a regular file before it
     * @throws UnsupportedFeatureException for member types that no package has
     * @throws LimitExceededException when the archive or a member is larger, or expands more, than allowed
     */
    public void readData(DataVisitor visitor) throws IOException {
        DataReader reader = null;
        try (InputStream in = decode(data, dataMember, limits.dataBytes(), limits)) {
            reader = new DataReader(tar(in, limits.dataBytes(), limits), limits.absolutePaths(), visitor);
            reader.readAll();
        } catch (FormatException e) {
            String place = reader == null ? "" : reader.place(e.structure());
            throw named("package " + name + ": " + dataMember + place, e);
        }
    }

    private static InputStream decode(ByteSource source, String member, long maxBytes, DebLimits limits)
            throws IOException {
        long memory = CodecLimits.ofOutput(maxBytes).maxMemoryBytes();
        return Codec.ofFileName(member)
                .decode(new SourceStream(source), new CodecLimits(maxBytes, memory, limits.expansion()));
    }

    private static TarReader tar(InputStream in, long maxBytes, DebLimits limits) {
        return new TarReader(
                in,
                new TarLimits(
                        limits.entries(),
                        TarLimits.DEFAULT.pathBytes(),
                        TarLimits.DEFAULT.extensionBytes(),
                        maxBytes,
                        maxBytes));
    }

    private static SortedMap<String, byte[]> readControl(ArReader.Member member, ByteSource source, DebLimits limits)
            throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (InputStream in = decode(member.in(source), member.name(), limits.controlBytes(), limits)) {
            TarReader tar = tar(in, limits.controlBytes(), limits);
            for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
                readControlFile(tar, entry, limits, files);
            }
        } catch (FormatException e) {
            throw named(member.name(), e);
        }
        return files;
    }

    private static void readControlFile(
            TarReader tar, TarEntry entry, DebLimits limits, SortedMap<String, byte[]> files) throws IOException {
        String what = "member " + entry.pathText();
        TreePath path = MemberPath.parse(entry.path(), limits.absolutePaths(), what, entry.offset());
        if (path.isRoot() && entry.type() == TarEntry.Type.DIRECTORY) {
            return;
        }
        if (path.depth() != 1 || entry.type() != TarEntry.Type.FILE) {
            throw new UnsupportedFeatureException(what, entry.offset(), "is " + entry.type(), "plain files only");
        }
        String file = new String(path.nameBytes(), StandardCharsets.ISO_8859_1);
        if (!file.matches("[A-Za-z0-9._+-]+")) {
            throw new UnsupportedFeatureException(
                    what, entry.offset(), "has an unusual name", "letters, digits and \"._+-\"");
        }
        int limit = (int) Math.min(Integer.MAX_VALUE - 8, limits.controlBytes());
        if (files.put(file, tar.readContent(limit)) != null) {
            throw new CorruptDataException(what, entry.offset(), "is there twice", "each file once");
        }
    }

    /** The same exception with {@code prefix} before the structure that it names. */
    private static FormatException named(String prefix, FormatException e) {
        String structure = prefix + ": " + e.structure();
        FormatException named;
        if (e instanceof NotThisFormatException) {
            named = new NotThisFormatException(structure, e.offset(), e.actual(), e.expected());
        } else if (e instanceof UnsupportedFeatureException) {
            named = new UnsupportedFeatureException(structure, e.offset(), e.actual(), e.expected());
        } else if (e instanceof LimitExceededException) {
            named = new LimitExceededException(structure, e.offset(), e.actual(), e.expected());
        } else {
            named = new CorruptDataException(structure, e.offset(), e.actual(), e.expected());
        }
        named.initCause(e);
        return named;
    }

    /** The two archives of a package, after the order of all members has been checked. */
    private record Members(ArReader.Member control, ArReader.Member data) {
        static Members find(List<ArReader.Member> members, ByteSource source) throws IOException {
            if (members.isEmpty() || !members.get(0).name().equals(VERSION_MEMBER)) {
                throw new NotThisFormatException(
                        "ar archive",
                        FormatException.NO_OFFSET,
                        members.isEmpty()
                                ? "has no members"
                                : "begins with " + members.get(0).name(),
                        VERSION_MEMBER);
            }
            checkVersion(members.get(0), source);
            ArReader.Member control = null;
            ArReader.Member data = null;
            for (ArReader.Member member : members.subList(1, members.size())) {
                if (member.name().equals(VERSION_MEMBER)) {
                    throw unexpected(member, "is there twice", "once");
                }
                if (member.name().startsWith(CONTROL_MEMBER)) {
                    if (control != null) {
                        throw unexpected(member, "is a second control archive", "one");
                    }
                    control = checkExtension(member, CONTROL_MEMBER, CONTROL_EXTENSIONS);
                } else if (member.name().startsWith(DATA_MEMBER)) {
                    if (data != null) {
                        throw unexpected(member, "is a second data archive", "one");
                    }
                    if (control == null) {
                        throw unexpected(member, "comes before a control archive", "control.tar first");
                    }
                    data = checkExtension(member, DATA_MEMBER, DATA_EXTENSIONS);
                } else if (data == null && !member.name().startsWith("_")) {
                    // deb(5): names that begin with "_" may be passed over anywhere, others only after the data
                    // archive.
                    throw unexpected(member, "is unknown", "control.tar and data.tar");
                }
            }
            if (control == null || data == null) {
                throw new CorruptDataException(
                        "ar archive",
                        source.size(),
                        "is truncated: has no " + (control == null ? CONTROL_MEMBER : DATA_MEMBER),
                        "one");
            }
            return new Members(control, data);
        }

        private static ArReader.Member checkExtension(ArReader.Member member, String prefix, List<String> known)
                throws UnsupportedFeatureException {
            if (!known.contains(member.name().substring(prefix.length()))) {
                throw new UnsupportedFeatureException(
                        "ar member " + member.name(),
                        member.offset(),
                        "has an unknown compression",
                        prefix + " with one of " + known);
            }
            return member;
        }

        private static CorruptDataException unexpected(ArReader.Member member, String actual, String expected) {
            return new CorruptDataException("ar member " + member.name(), member.offset(), actual, expected);
        }

        private static void checkVersion(ArReader.Member member, ByteSource source) throws IOException {
            if (member.size() > MAX_VERSION_BYTES) {
                throw new LimitExceededException(
                        VERSION_MEMBER,
                        member.offset(),
                        "is " + member.size() + " bytes",
                        "at most " + MAX_VERSION_BYTES + " bytes");
            }
            String text = new String(member.in(source).readAll(MAX_VERSION_BYTES), StandardCharsets.ISO_8859_1);
            int end = text.indexOf('\n');
            String version = end < 0 ? text : text.substring(0, end);
            if (end < 0 || !version.matches("[0-9]{1,9}\\.[0-9]{1,9}")) {
                throw new CorruptDataException(
                        VERSION_MEMBER, member.offset(), "is not a version and a line feed", "\"2.0\\n\"");
            }
            if (!version.startsWith("2.")) {
                throw new UnsupportedFeatureException(VERSION_MEMBER, member.offset(), "is " + version, "2.x");
            }
        }
    }
}
