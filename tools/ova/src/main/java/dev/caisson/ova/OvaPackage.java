package dev.caisson.ova;

import dev.caisson.archive.UstarHeader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.signing.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An OVA that was opened: strictly what {@link OvaPlan} writes and VMware's importers take. Descriptor first, then manifest and
 * certificate, if there are any, then the files in the order in which the descriptor refers to them.
 */
public final class OvaPackage {
    private static final int MOST_SMALL = 1 << 20;
    private static final int MOST_FILES = 256;

    private final byte[] descriptor;
    private final OvfEnvelope envelope;
    private final Map<String, ByteSource> members;
    private final Map<String, ByteSource> files;
    private final Map<String, Digest> digests;
    private final Optional<X509Certificate> signer;

    private OvaPackage(
            byte[] descriptor,
            OvfEnvelope envelope,
            Map<String, ByteSource> members,
            Map<String, ByteSource> files,
            Map<String, Digest> digests,
            Optional<X509Certificate> signer) {
        this.descriptor = descriptor;
        this.envelope = envelope;
        this.members = Collections.unmodifiableMap(members);
        this.files = Collections.unmodifiableMap(files);
        this.digests = Collections.unmodifiableMap(digests);
        this.signer = signer;
    }

    /**
     * Reads what is small: descriptor, manifest and certificate; the digests of the files are checked by {@link #verify}.
     *
     * @param archive must stay open as long as the package is used
     * @throws FormatException when it is no OVA, is damaged, is signed wrongly or uses what is not supported
     */
    public static OvaPackage open(ByteSource archive) throws IOException {
        Map<String, ByteSource> members = members(archive);
        List<String> names = new ArrayList<>(members.keySet());
        if (names.isEmpty() || !names.get(0).endsWith(".ovf")) {
            throw new NotThisFormatException(
                    "OVA", 0, names.isEmpty() ? "an empty archive" : "begins with " + names.get(0), "a descriptor");
        }
        byte[] descriptor = members.get(names.get(0)).readAll(OvfEnvelope.MOST_BYTES);
        OvfEnvelope envelope = OvfEnvelope.parse(descriptor);
        String base = names.get(0).substring(0, names.get(0).length() - ".ovf".length());
        int next = 1;
        Map<String, Digest> digests = Map.of();
        Optional<X509Certificate> signer = Optional.empty();
        if (names.size() > next && names.get(next).equals(base + ".mf")) {
            byte[] manifest = members.get(names.get(next++)).readAll(MOST_SMALL);
            digests = OvfManifest.parse(manifest);
            if (names.size() > next && names.get(next).equals(base + ".cert")) {
                signer = Optional.of(signer(
                        base + ".mf", manifest, members.get(names.get(next++)).readAll(MOST_SMALL)));
            }
        }
        Map<String, ByteSource> files = new LinkedHashMap<>();
        for (OvfEnvelope.File file : envelope.files()) {
            String name = next < names.size() ? names.get(next++) : "nothing";
            if (!name.equals(file.href())) {
                throw new CorruptDataException(
                        "OVA", FormatException.NO_OFFSET, name + " in place of " + file.href(), "");
            }
            ByteSource content = members.get(name);
            if (file.size().isPresent() && file.size().getAsLong() != content.size()) {
                throw new CorruptDataException(
                        "OVA member " + name,
                        FormatException.NO_OFFSET,
                        content.size() + " bytes",
                        file.size().getAsLong() + " as the descriptor says");
            }
            files.put(name, content);
        }
        if (next < names.size()) {
            throw new CorruptDataException(
                    "OVA", FormatException.NO_OFFSET, names.get(next) + ", which nothing refers to", "");
        }
        OvaPackage result = new OvaPackage(descriptor, envelope, members, files, digests, signer);
        result.verify(names.get(0), ByteSource.of(descriptor));
        return result;
    }

    private static Map<String, ByteSource> members(ByteSource archive) throws IOException {
        Map<String, ByteSource> members = new LinkedHashMap<>();
        long at = 0;
        while (true) {
            byte[] block = archive.read(at, UstarHeader.BLOCK);
            Optional<UstarHeader.File> file = UstarHeader.decode(block, at);
            if (file.isEmpty()) {
                checkEnd(archive, at);
                return members;
            }
            long from = at + UstarHeader.BLOCK;
            long size = file.get().sizeBytes();
            String name = file.get().name();
            if (name.contains("/") || size > archive.size() - from) {
                throw new CorruptDataException(
                        "OVA member " + name, at, size + " bytes", "a file that is in the archive");
            }
            if (members.put(name, archive.slice(from, size)) != null || members.size() > MOST_FILES) {
                throw new CorruptDataException("OVA member " + name, at, "is there twice, or one too many", "");
            }
            at = from + (size + UstarHeader.BLOCK - 1) / UstarHeader.BLOCK * UstarHeader.BLOCK;
        }
    }

    /** Some writers fill a last record. */
    private static void checkEnd(ByteSource archive, long at) throws IOException {
        long rest = archive.size() - at;
        if (rest > MOST_SMALL) {
            throw new LimitExceededException("OVA end", at, rest + " bytes", "at most " + MOST_SMALL);
        }
        for (byte value : archive.read(at, (int) rest)) {
            if (value != 0) {
                throw new CorruptDataException("OVA end", at, "bytes that are not zero", "");
            }
        }
    }

    private static X509Certificate signer(String name, byte[] manifest, byte[] file) throws FormatException {
        String text = new String(file, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        String prefix = "SHA256(" + name + ")= ";
        String first = end < 0 ? "" : text.substring(0, end).strip();
        if (!first.startsWith(prefix)
                || first.length() % 2 != prefix.length() % 2
                || !first.substring(prefix.length()).matches("[0-9a-f]{128,4096}")) {
            throw new CorruptDataException("OVA certificate", 0, "begins without signature", prefix + "HEX");
        }
        List<X509Certificate> certificates =
                Pem.readCertificates(text.substring(end + 1).getBytes(StandardCharsets.US_ASCII));
        if (certificates.isEmpty()) {
            throw new CorruptDataException("OVA certificate", end, "no certificate", "one");
        }
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(certificates.get(0).getPublicKey());
            signature.update(manifest);
            if (signature.verify(HexFormat.of().parseHex(first.substring(prefix.length())))) {
                return certificates.get(0);
            }
        } catch (GeneralSecurityException e) {
            throw new CorruptDataException(
                    "OVA certificate", end, "its key cannot be used: " + e.getMessage(), "an RSA key");
        }
        throw new CorruptDataException("OVA certificate", 0, "the signature is for another manifest", "");
    }

    private void verify(String name, ByteSource content) throws IOException {
        Digest expected = digests.get(name);
        if (expected == null && !digests.isEmpty()) {
            throw new CorruptDataException("OVA manifest", FormatException.NO_OFFSET, "no digest of " + name, "one");
        }
        if (expected != null && !expected.algorithm().of(content).equals(expected)) {
            throw new CorruptDataException(
                    "OVA member " + name, FormatException.NO_OFFSET, "has another digest than the manifest says", "");
        }
    }

    /**
     * Reads all files and compares them with the manifest, if there is one.
     *
     * @throws CorruptDataException when a file is not what the manifest says
     */
    public void verify() throws IOException {
        for (Map.Entry<String, ByteSource> file : files.entrySet()) {
            verify(file.getKey(), file.getValue());
        }
    }

    /** The descriptor as it is. */
    public byte[] descriptor() {
        return descriptor.clone();
    }

    /** What the descriptor says. */
    public OvfEnvelope envelope() {
        return envelope;
    }

    /** Everything in the archive by name, in its order: descriptor, manifest, certificate and files. */
    public Map<String, ByteSource> members() {
        return members;
    }

    /** The files that the descriptor refers to, by name, in its order. */
    public Map<String, ByteSource> files() {
        return files;
    }

    /** What the manifest says, by file; empty without one. */
    public Map<String, Digest> digests() {
        return digests;
    }

    /** Whose key has signed the manifest; whether that certificate is trusted, is the caller's matter. */
    public Optional<X509Certificate> signer() {
        return signer;
    }
}
