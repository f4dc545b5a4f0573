package dev.caisson.rpm;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.SourceStream;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.compression.Codec;
import dev.caisson.compression.CodecLimits;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A package: lead, signature header, header, payload, in that order. {@link #open} reads all but the payload, checks it against
 * the digests and sizes in the signature header and gives the meaning of every tag that an installer needs; {@link #readPayload}
 * streams the payload, as often as it is called. Signatures are read and not judged.
 *
 * <p>Every {@link FormatException} from here names the package and, where there is one, the file. Nothing is asked of or written to
 * the host. Immutable.
 */
public final class RpmPackage {
    private static final int ALIGNMENT = 8;
    private static final long V6 = 6;
    private static final int FIRST_LEGACY_TAG = 1000;

    /** What {@code rpmlib(…)} requirements ask for and this reader can do; rpm's lib/rpmds.cc names them. */
    private static final Set<String> KNOWN_FEATURES = Set.of(
            "rpmlib(VersionedDependencies)",
            "rpmlib(CompressedFileNames)",
            "rpmlib(PayloadIsBzip2)",
            "rpmlib(PayloadIsXz)",
            "rpmlib(PayloadIsLzma)",
            "rpmlib(PayloadIsZstd)",
            "rpmlib(PayloadFilesHavePrefix)",
            "rpmlib(ExplicitPackageProvide)",
            "rpmlib(HeaderLoadSortsTags)",
            "rpmlib(ScriptletInterpreterArgs)",
            "rpmlib(PartialHardlinkSets)",
            "rpmlib(ConcurrentAccess)",
            "rpmlib(BuiltinLuaScripts)",
            "rpmlib(FileDigests)",
            "rpmlib(FileCaps)",
            "rpmlib(ScriptletExpansion)",
            "rpmlib(TildeInVersions)",
            "rpmlib(CaretInVersions)",
            "rpmlib(LargeFiles)",
            "rpmlib(RichDependencies)",
            "rpmlib(DynamicBuildRequires)");

    private final String called;
    private final ByteSource source;
    private final RpmLimits limits;
    private final RpmLead lead;
    private final RpmHeader signature;
    private final RpmHeader header;
    private final RpmFormat format;
    private final long payloadOffset;
    private final Codec payloadCodec;
    private final List<RpmFile> files;
    private final Map<DependencyKind, List<RpmDependency>> dependencies = new EnumMap<>(DependencyKind.class);
    private final Map<ScriptletKind, RpmScriptlet> scriptlets;
    private final List<RpmTrigger> triggers;
    private final List<RpmSignature> signatures;
    private final List<DigestCheck> headerDigests;

    private RpmPackage(String called, ByteSource source, RpmLimits limits) throws IOException {
        this.source = source;
        this.limits = limits;
        if (source.size() < RpmLead.SIZE) {
            throw new NotThisFormatException(
                    "RPM lead", 0, "ends after " + source.size() + " bytes", RpmLead.SIZE + " bytes");
        }
        lead = RpmLead.decode(source.read(0, RpmLead.SIZE));
        signature = RpmHeader.read(
                source, RpmLead.SIZE, "RPM signature", RpmTag.HEADER_SIGNATURES, limits.signatureBytes(), limits);
        long headerAt = RpmLead.SIZE + (signature.size() + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
        header = RpmHeader.read(source, headerAt, "RPM header", RpmTag.HEADER_IMMUTABLE, limits.headerBytes(), limits);
        payloadOffset = headerAt + header.size();
        format = header.number(RpmTag.RPMFORMAT).orElse(0) >= V6
                ? RpmFormat.V6
                : header.hasRegion() ? RpmFormat.V4 : RpmFormat.V3;
        checkFormat();
        headerDigests = headerDigests();
        for (DigestCheck check : headerDigests) {
            if (!check.isGood()) {
                throw new CorruptDataException(
                        "RPM " + check.name(),
                        headerAt,
                        "is " + check.stated().hex(),
                        check.actual().hex() + ", as the header gives");
            }
        }
        checkSize(headerAt);
        for (int tag : new int[] {RpmTag.NAME, RpmTag.VERSION, RpmTag.RELEASE}) {
            if (header.string(tag).orElse("").isEmpty()) {
                throw header.corrupt(tag, "is missing", "one");
            }
        }
        this.called = called.isEmpty() ? "package " + nevra() : "package " + called;
        payloadCodec = payloadCodec();
        files = List.copyOf(new FileTable(header, isSource(), limits).read());
        ScriptletTable table = new ScriptletTable(header);
        for (DependencyKind kind : DependencyKind.values()) {
            dependencies.put(kind, List.copyOf(table.dependencies(kind)));
        }
        scriptlets = table.scriptlets();
        triggers = List.copyOf(table.triggers());
        signatures = List.copyOf(readSignatures());
    }

    /** Opens a package that messages call by its own name, version and architecture, once these are known. */
    public static RpmPackage open(ByteSource source, RpmLimits limits) throws IOException {
        return open("", source, limits);
    }

    /**
     * Reads what comes before the payload. The source must stay readable while the package is in use.
     *
     * @param called what messages call the package; if empty, its own name, version and architecture
     * @throws NotThisFormatException when the source is no RPM package
     * @throws UnsupportedFeatureException for unknown versions, compression and file digests
     * @throws CorruptDataException when a header is damaged or contradicts itself, or is not what its digests say, or when the source
     *     is shorter or longer than the package says
     * @throws LimitExceededException when a header is larger than allowed
     */
    public static RpmPackage open(String called, ByteSource source, RpmLimits limits) throws IOException {
        try {
            return new RpmPackage(called, source, limits);
        } catch (FormatException e) {
            throw called.isEmpty() ? e : named("package " + called, e);
        }
    }

    private void checkFormat() throws FormatException {
        long version = header.number(RpmTag.RPMFORMAT).orElse(V6);
        if (version > V6) {
            throw new UnsupportedFeatureException(
                    "RPM header RPMFORMAT", header.fileOffset(), "is " + version, "at most 6");
        }
        if (format != RpmFormat.V6) {
            return;
        }
        header.requireStrictOrder();
        signature.requireStrictOrder();
        for (int tag : signature.tags()) {
            if (tag >= FIRST_LEGACY_TAG) {
                throw new CorruptDataException(
                        "RPM signature", signature.fileOffset(), "has tag " + tag, "tags below 1000 in v6 packages");
            }
        }
        if (!header.hasRegion() || !signature.hasRegion()) {
            throw new CorruptDataException("RPM header", header.fileOffset(), "has no region", "one in v6 packages");
        }
    }

    private List<DigestCheck> headerDigests() throws FormatException {
        List<DigestCheck> checks = new ArrayList<>();
        addHeaderDigest(RpmTag.SIG_SHA3_256, DigestAlgorithm.SHA3_256, checks);
        addHeaderDigest(RpmTag.SIG_SHA256, DigestAlgorithm.SHA256, checks);
        addHeaderDigest(RpmTag.SIG_SHA1, DigestAlgorithm.SHA1, checks);
        return List.copyOf(checks);
    }

    private void addHeaderDigest(int tag, DigestAlgorithm algorithm, List<DigestCheck> checks) throws FormatException {
        Optional<String> stated = signature.string(tag);
        if (stated.isPresent()) {
            String name = "header " + algorithm.label();
            checks.add(new DigestCheck(
                    name, parseDigest("RPM " + name, algorithm, stated.get()), algorithm.of(header.bytes())));
        }
    }

    /** A digest in hexadecimal, from a tag. */
    Digest parseDigest(String structure, DigestAlgorithm algorithm, String hex) throws FormatException {
        if (hex.length() == 2 * algorithm.sizeBytes()) {
            try {
                return new Digest(algorithm, HexFormat.of().parseHex(hex));
            } catch (IllegalArgumentException e) {
                // Reported below.
            }
        }
        throw new CorruptDataException(
                structure,
                signature.fileOffset(),
                "is \"" + hex.substring(0, Math.min(hex.length(), 140)) + "\"",
                2 * algorithm.sizeBytes() + " hexadecimal digits");
    }

    private void checkSize(long headerAt) throws FormatException {
        long actual = source.size() - headerAt;
        OptionalLong stated = signature.has(RpmTag.SIG_LONGSIZE)
                ? signature.number(RpmTag.SIG_LONGSIZE)
                : signature.number(RpmTag.SIG_SIZE);
        if (format == RpmFormat.V6) {
            OptionalLong payload = header.number(RpmTag.PAYLOADSIZE);
            if (payload.isPresent() && payload.getAsLong() != source.size() - payloadOffset) {
                throw new CorruptDataException(
                        "RPM payload",
                        payloadOffset,
                        "has " + (source.size() - payloadOffset) + " bytes",
                        payload.getAsLong() + ", the header's PAYLOADSIZE");
            }
        } else if (stated.isPresent() && stated.getAsLong() != actual) {
            throw new CorruptDataException(
                    "RPM header and payload",
                    headerAt,
                    "have " + actual + " bytes",
                    stated.getAsLong() + ", the signature's SIZE");
        }
    }

    private Codec payloadCodec() throws IOException {
        String archive = header.string(RpmTag.PAYLOADFORMAT).orElse("cpio");
        if (!archive.equals("cpio")) {
            throw new UnsupportedFeatureException(
                    "RPM header PAYLOADFORMAT", header.fileOffset(), "is \"" + archive + "\"", "\"cpio\"");
        }
        Optional<String> name = header.string(RpmTag.PAYLOADCOMPRESSOR);
        if (name.isEmpty()) {
            // As in rpm: gzip, whose library passes through what is not compressed.
            int length = (int) Math.min(Codec.MAGIC_LENGTH, source.size() - payloadOffset);
            Codec found = Codec.ofMagic(source.read(payloadOffset, length));
            return found == Codec.GZIP ? Codec.GZIP : Codec.NONE;
        }
        return Codec.ofName(name.get())
                .orElseThrow(() -> new UnsupportedFeatureException(
                        "RPM header PAYLOADCOMPRESSOR",
                        header.fileOffset(),
                        "is \"" + name.get() + "\"",
                        "none, gzip, bzip2, xz, lzma or zstd"));
    }

    private List<RpmSignature> readSignatures() throws FormatException {
        List<RpmSignature> found = new ArrayList<>();
        for (String base64 : signature.strings(RpmTag.SIG_OPENPGP)) {
            try {
                byte[] packet = Base64.getMimeDecoder().decode(base64);
                found.add(new RpmSignature("OPENPGP", RpmSignature.Range.HEADER, packet));
            } catch (IllegalArgumentException e) {
                throw new CorruptDataException(
                        "RPM signature OPENPGP", signature.fileOffset(), "is not base64", "OpenPGP packets in base64");
            }
        }
        addSignature(RpmTag.SIG_RSA, "RSAHEADER", RpmSignature.Range.HEADER, found);
        addSignature(RpmTag.SIG_DSA, "DSAHEADER", RpmSignature.Range.HEADER, found);
        addSignature(RpmTag.SIG_PGP, "PGP", RpmSignature.Range.HEADER_AND_PAYLOAD, found);
        addSignature(RpmTag.SIG_GPG, "GPG", RpmSignature.Range.HEADER_AND_PAYLOAD, found);
        addSignature(RpmTag.SIG_PGP5, "PGP5", RpmSignature.Range.HEADER_AND_PAYLOAD, found);
        return found;
    }

    private void addSignature(int tag, String name, RpmSignature.Range range, List<RpmSignature> found)
            throws FormatException {
        Optional<byte[]> packet = signature.binary(tag);
        packet.ifPresent(bytes -> found.add(new RpmSignature(name, range, bytes)));
    }

    /** What messages call the package. */
    public String called() {
        return called;
    }

    /** The version of the package format. */
    public RpmFormat format() {
        return format;
    }

    /** Whether the package holds sources, to be built, and not files to be installed. */
    public boolean isSource() {
        return header.has(RpmTag.SOURCEPACKAGE) || !header.has(RpmTag.SOURCERPM) && lead.source();
    }

    /** The header, for tags that have no accessor here. */
    public RpmHeader header() {
        return header;
    }

    /** The signature header. */
    RpmHeader signatureHeader() {
        return signature;
    }

    private String text(int tag) {
        try {
            return header.string(tag).orElse("");
        } catch (FormatException e) {
            // Of another type than strings: such a tag says nothing.
            return "";
        }
    }

    /** The name. */
    public String name() {
        return text(RpmTag.NAME);
    }

    /** The epoch, if there is one. */
    public OptionalLong epoch() {
        try {
            return header.number(RpmTag.EPOCH);
        } catch (FormatException e) {
            return OptionalLong.empty();
        }
    }

    /** The version. */
    public String version() {
        return text(RpmTag.VERSION);
    }

    /** The release. */
    public String release() {
        return text(RpmTag.RELEASE);
    }

    /** The architecture, {@code noarch} for every one; {@code src} for packages of sources. */
    public String architecture() {
        return isSource() ? "src" : text(RpmTag.ARCH);
    }

    /** {@code [epoch:]version-release}. */
    public String evr() {
        OptionalLong epoch = epoch();
        return (epoch.isPresent() ? epoch.getAsLong() + ":" : "") + version() + "-" + release();
    }

    /** {@code name-[epoch:]version-release.architecture}. */
    public String nevra() {
        return name() + "-" + evr() + "." + architecture();
    }

    /** The first, unlocalised string of a tag, such as {@link RpmTag#SUMMARY}; empty when there is none. */
    public String text(RpmText what) {
        return text(what.tag());
    }

    /** When it was built, in seconds since 1970. */
    public OptionalLong buildTimeSeconds() {
        try {
            return header.number(RpmTag.BUILDTIME);
        } catch (FormatException e) {
            return OptionalLong.empty();
        }
    }

    /** The files, ghosts too, in the header's order. */
    public List<RpmFile> files() {
        return files;
    }

    /** The relations of one kind, in the header's order. */
    public List<RpmDependency> dependencies(DependencyKind kind) {
        return dependencies.get(kind);
    }

    /** The package's own scriptlets. */
    public Map<ScriptletKind, RpmScriptlet> scriptlets() {
        return java.util.Collections.unmodifiableMap(scriptlets);
    }

    /** What other packages set off, packages first, then files, then files once for a transaction. */
    public List<RpmTrigger> triggers() {
        return triggers;
    }

    /**
     * The sysusers.d lines that the package's {@code user(…)} and {@code group(…)} provides carry in base64 (rpm 4.19 and later), in
     * their order; what is not base64 is passed over, as rpm does.
     */
    public List<String> sysusers() {
        List<String> lines = new ArrayList<>();
        for (RpmDependency provide : dependencies(DependencyKind.PROVIDES)) {
            String name = provide.name();
            if (!name.matches("(user|group|groupmember)\\(.*\\)")
                    || provide.version().isEmpty()) {
                continue;
            }
            try {
                byte[] line = Base64.getDecoder().decode(provide.version());
                int end = line.length;
                while (end > 0 && (line[end - 1] == 0 || line[end - 1] == '\n')) {
                    end--;
                }
                lines.add(RpmHeader.text(line, 0, end));
            } catch (IllegalArgumentException e) {
                // A version in the usual sense.
            }
        }
        return lines;
    }

    /** The {@code rpmlib(…)} requirements that name a feature which this reader does not know; empty for most packages. */
    public List<String> unknownFeatures() {
        return dependencies(DependencyKind.REQUIRES).stream()
                .map(RpmDependency::name)
                .filter(name -> name.startsWith("rpmlib(") && !KNOWN_FEATURES.contains(name))
                .toList();
    }

    /** The digests of the header that the signature header states; all are right, or the package would not have opened. */
    List<DigestCheck> checkedHeaderDigests() {
        return headerDigests;
    }

    /** The signatures, newest form first, not verified. */
    public List<RpmSignature> signatures() {
        return signatures;
    }

    /** How the payload is compressed. */
    public Codec compression() {
        return payloadCodec;
    }

    /** First byte of the header, behind lead and signatures. */
    public long headerOffset() {
        return header.fileOffset();
    }

    /** Size of the payload when decompressed, as the signature header (or, before rpm 4, the header) states it, in bytes. */
    public OptionalLong archiveBytes() {
        try {
            for (int tag : new int[] {RpmTag.SIG_LONGARCHIVESIZE, RpmTag.SIG_PAYLOADSIZE}) {
                if (signature.has(tag)) {
                    return signature.number(tag);
                }
            }
            return header.number(RpmTag.ARCHIVESIZE);
        } catch (FormatException e) {
            return OptionalLong.empty();
        }
    }

    /** First byte of the payload. */
    public long payloadOffset() {
        return payloadOffset;
    }

    /** Stored size of the payload in bytes. */
    public long payloadStoredBytes() {
        return source.size() - payloadOffset;
    }

    /** The payload as it is stored. */
    ByteSource payload() {
        return source.slice(payloadOffset, payloadStoredBytes());
    }

    /** Header and payload, what the oldest digests and signatures cover. */
    ByteSource headerAndPayload() {
        return source.slice(header.fileOffset(), source.size() - header.fileOffset());
    }

    /** Size of all files together as the header states it, in bytes; each hard-link set counts once. */
    public OptionalLong installedBytes() {
        try {
            return header.has(RpmTag.LONGSIZE) ? header.number(RpmTag.LONGSIZE) : header.number(RpmTag.SIZE);
        } catch (FormatException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * Reads the payload from its first to its last byte and gives each file to {@code visitor}.
     *
     * @throws CorruptDataException when the payload is damaged or truncated; when its files are not exactly the header's without the
     *     ghosts, or their types, sizes, link targets or (if asked for) digests are not the header's; when a path comes twice or lies
     *     below anything but directories
     * @throws LimitExceededException when the payload is larger, or expands more, than allowed
     */
    public void readPayload(PayloadVisitor visitor, PayloadCheck check) throws IOException {
        try {
            List<PayloadDigest> digests = check == PayloadCheck.DIGESTS ? payloadDigests() : List.of();
            try (PayloadStream stream = new PayloadStream(this, digests)) {
                new PayloadReader(files, stream.archive(), visitor, check).readAll();
                for (DigestCheck result : stream.finish()) {
                    if (!result.isGood()) {
                        throw new CorruptDataException(
                                "RPM " + result.name(),
                                payloadOffset,
                                "is " + result.stated().hex(),
                                result.actual().hex() + ", as the bytes give");
                    }
                }
            }
        } catch (FormatException e) {
            throw named(called, e);
        }
    }

    /** A digest of the payload that the header states. */
    record PayloadDigest(String name, Digest stated, boolean uncompressed) {}

    List<PayloadDigest> payloadDigests() throws FormatException {
        List<PayloadDigest> found = new ArrayList<>();
        long number = header.number(RpmTag.PAYLOADSHA256ALGO).orElse(FileDigestAlgorithms.SHA256);
        DigestAlgorithm algorithm = FileDigestAlgorithms.ofNumber(number)
                .orElseThrow(() -> new UnsupportedFeatureException(
                        "RPM header PAYLOADSHA256ALGO", header.fileOffset(), "is " + number, "a known hash function"));
        addPayloadDigest(RpmTag.PAYLOADSHA256, algorithm, false, found);
        addPayloadDigest(RpmTag.PAYLOADSHA256ALT, algorithm, true, found);
        addPayloadDigest(RpmTag.PAYLOADSHA512, DigestAlgorithm.SHA512, false, found);
        addPayloadDigest(RpmTag.PAYLOADSHA512ALT, DigestAlgorithm.SHA512, true, found);
        addPayloadDigest(RpmTag.PAYLOADSHA3_256, DigestAlgorithm.SHA3_256, false, found);
        addPayloadDigest(RpmTag.PAYLOADSHA3_256ALT, DigestAlgorithm.SHA3_256, true, found);
        return found;
    }

    private void addPayloadDigest(int tag, DigestAlgorithm algorithm, boolean uncompressed, List<PayloadDigest> found)
            throws FormatException {
        Optional<String> stated = header.string(tag);
        if (stated.isPresent()) {
            String name = "payload " + algorithm.label() + (uncompressed ? " (uncompressed)" : "");
            found.add(new PayloadDigest(name, parseDigest("RPM " + name, algorithm, stated.get()), uncompressed));
        }
    }

    /** The archive, decompressed within the limits. */
    InputStream decode(InputStream stored) throws IOException {
        long memory = CodecLimits.ofOutput(limits.payloadBytes()).maxMemoryBytes();
        return payloadCodec.decode(stored, new CodecLimits(limits.payloadBytes(), memory, limits.expansion()));
    }

    /** The stored payload from its first byte to its last. */
    InputStream storedPayload() {
        return new SourceStream(payload());
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
}
