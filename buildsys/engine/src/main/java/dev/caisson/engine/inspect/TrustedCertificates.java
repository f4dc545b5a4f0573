package dev.caisson.engine.inspect;

import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.signing.Certificates;
import dev.caisson.signing.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * The db certificates that signatures are checked against, and where they come from.
 *
 * @param certificates may be empty
 * @param files where they were read
 */
public record TrustedCertificates(List<X509Certificate> certificates, List<Path> files) {
    /** Nothing is trusted: signatures are checked for their digests only. */
    public static final TrustedCertificates NONE = new TrustedCertificates(List.of(), List.of());

    private static final Path KEYS = Path.of(".caisson", "keys");
    private static final String DATABASE = "db.crt";
    private static final int BYTES_MAX = 1 << 20;

    /** Copies the lists. */
    public TrustedCertificates {
        certificates = List.copyOf(certificates);
        files = List.copyOf(files);
    }

    /** The certificates of some files, each PEM (all in it) or DER. */
    public static TrustedCertificates ofFiles(List<Path> files) throws BuildException {
        List<X509Certificate> all = new ArrayList<>();
        for (Path file : files) {
            try (FileSource source = FileSource.open(file)) {
                byte[] bytes = source.readAll(BYTES_MAX);
                boolean der = bytes.length > 0 && bytes[0] == 0x30;
                all.addAll(der ? List.of(Certificates.read(bytes)) : Pem.readCertificates(bytes));
            } catch (IOException e) {
                throw new BuildException(
                        FailureCode.SIGNING,
                        "the certificate " + file + " cannot be read: " + Findings.message(e),
                        "give a PEM or DER certificate",
                        e);
            }
        }
        return new TrustedCertificates(all, files);
    }

    /**
     * Those of a key profile, or of all profiles in a folder.
     *
     * @throws BuildException when there is none
     */
    public static TrustedCertificates ofKeys(Path folder) throws BuildException, IOException {
        List<Path> files = databases(folder);
        if (files.isEmpty()) {
            throw new BuildException(
                    FailureCode.SIGNING,
                    "there is no key profile in " + folder,
                    "give a folder with db.crt, or one that holds such folders");
        }
        return ofFiles(files);
    }

    /** Those of the nearest {@code .caisson/keys} at or above each of the folders; none when there is none. */
    public static TrustedCertificates find(List<Path> folders) throws BuildException, IOException {
        List<Path> files = new ArrayList<>();
        for (Path folder : folders) {
            for (Path at = folder.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
                List<Path> found = databases(at.resolve(KEYS));
                if (!found.isEmpty()) {
                    found.stream().filter(file -> !files.contains(file)).forEach(files::add);
                    break;
                }
            }
        }
        return ofFiles(files);
    }

    private static List<Path> databases(Path folder) throws IOException {
        if (Files.isRegularFile(folder.resolve(DATABASE))) {
            return List.of(folder.resolve(DATABASE));
        }
        return !Files.isDirectory(folder)
                ? List.of()
                : SortedListing.of(folder).stream()
                        .map(profile -> profile.resolve(DATABASE))
                        .filter(Files::isRegularFile)
                        .toList();
    }

    /** The file of a certificate, for messages. */
    String origin(X509Certificate certificate) {
        int index = certificates.indexOf(certificate);
        return index < 0 || files.size() != certificates.size()
                ? ""
                : files.get(index).toString();
    }
}
