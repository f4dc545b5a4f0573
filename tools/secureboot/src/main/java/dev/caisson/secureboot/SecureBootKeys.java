package dev.caisson.secureboot;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.signing.CertificateSpec;
import dev.caisson.signing.Certificates;
import dev.caisson.signing.LocalSigningKey;
import dev.caisson.signing.Pem;
import dev.caisson.signing.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The keys of Secure Boot: the platform key (PK) may replace key exchange keys, a key exchange key (KEK) may change db and
 * dbx, a database key (db) signs what boots. Each is an RSA key with a self-signed certificate.
 *
 * <p>In a folder they are, for X each of PK, KEK and db: {@code X.key} (PKCS#8 PEM, for the owner only), {@code X.crt} (PEM),
 * {@code X.cer} (DER, for enrolment in firmware menus), {@code X.esl} (signature list) and {@code X.auth} (signed update, for
 * {@code loader/keys/NAME/} on an ESP, from where systemd-boot enrols it in setup mode).
 *
 * @param platformKey PK
 * @param keyExchangeKey KEK
 * @param database db
 * @param owner SignatureOwner of all entries
 */
public record SecureBootKeys(
        LocalSigningKey platformKey, LocalSigningKey keyExchangeKey, LocalSigningKey database, Guid owner) {
    private static final int MAX_FILE = 1 << 20;

    /** What an empty dbx is made of: the digest of no bytes, which no image has. Firmware takes no empty list. */
    private static final Guid DUMMY_OWNER = Guid.parse("a0baa8a3-041d-48a8-bc87-c36d121b5e3d");

    private static final Instant DUMMY_TIME = Instant.parse("2010-01-01T00:00:00Z");

    /**
     * What a new hierarchy shall say.
     *
     * @param commonName put before {@code Platform Key}, {@code Key Exchange Key}, {@code Database}
     * @param owner SignatureOwner of all entries
     * @param bits of the RSA keys: 2048, 3072 or 4096
     * @param notBefore start of validity
     * @param notAfter end of validity
     */
    public record Request(String commonName, Guid owner, int bits, Instant notBefore, Instant notAfter) {
        /** Checks that the name can stand in a distinguished name unquoted. */
        public Request {
            if (!commonName.matches("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,39}")) {
                throw new IllegalArgumentException("'" + commonName + "' is not 1 to 40 letters, digits, spaces, ._-");
            }
        }
    }

    /** Makes three keys; the only chance involved is {@code random}. */
    public static SecureBootKeys generate(Request request, SecureRandom random) throws IOException {
        return new SecureBootKeys(
                generate(request, "Platform Key", random),
                generate(request, "Key Exchange Key", random),
                generate(request, "Database", random),
                request.owner);
    }

    private static LocalSigningKey generate(Request request, String role, SecureRandom random) throws IOException {
        CertificateSpec spec = new CertificateSpec(
                "CN=" + request.commonName + " " + role,
                Certificates.randomSerial(random),
                request.notBefore,
                request.notAfter,
                CertificateSpec.Usage.AUTHORITY);
        return Certificates.selfSigned(Certificates.generateRsa(request.bits, random), spec);
    }

    /** The keys by the names that they have as variables and files. */
    private Map<String, LocalSigningKey> byName() {
        return new TreeMap<>(Map.of("PK", platformKey, "KEK", keyExchangeKey, "db", database));
    }

    /** The signature list of one key. */
    private byte[] signatureList(LocalSigningKey key) {
        return EfiSignatureList.x509(owner, key.certificate()).encode();
    }

    private static Guid vendor(String name) {
        return name.equals("db") ? SecureBootVariable.IMAGE_SECURITY_DATABASE : SecureBootVariable.GLOBAL;
    }

    /**
     * The public files, by name: X.crt, X.cer, X.esl, X.auth.
     *
     * @param timestamp of the signed updates: later than that of any update that a machine has seen
     */
    public Map<String, byte[]> publicFiles(Instant timestamp) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        for (Map.Entry<String, LocalSigningKey> entry : byName().entrySet()) {
            String name = entry.getKey();
            byte[] list = signatureList(entry.getValue());
            files.put(name + ".crt", Pem.write(entry.getValue().certificate()));
            files.put(name + ".cer", Pem.der(entry.getValue().certificate()));
            files.put(name + ".esl", list);
            AuthenticatedVariable update = new AuthenticatedVariable(
                    name, vendor(name), SecureBootVariable.ATTRIBUTES_AUTHENTICATED, timestamp, list);
            files.put(name + ".auth", update.sign(name.equals("db") ? keyExchangeKey : platformKey));
        }
        return files;
    }

    /**
     * Writes all files into an existing folder, private keys first and readable by their owner only.
     *
     * @throws java.nio.file.FileAlreadyExistsException when one of the files exists: keys are never overwritten
     */
    public void writeTo(Path folder, Instant timestamp) throws IOException {
        Map<String, byte[]> files = publicFiles(timestamp);
        for (Map.Entry<String, LocalSigningKey> entry : byName().entrySet()) {
            PrivateFile.create(
                    folder.resolve(entry.getKey() + ".key"), entry.getValue().privateKeyPem());
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue(), StandardOpenOption.CREATE_NEW);
        }
    }

    /**
     * Reads what {@link #writeTo} wrote: the keys, the certificates, and the owner from PK's signature list.
     *
     * @throws dev.caisson.bytes.FormatException when a file is damaged or the files do not belong together
     */
    public static SecureBootKeys read(Path folder) throws IOException {
        List<EfiSignatureList> lists = EfiSignatureList.readAll(contents(folder.resolve("PK.esl")));
        LocalSigningKey platformKey = readKey(folder, "PK");
        if (lists.size() != 1 || !EfiSignatureList.certificates(lists).equals(List.of(platformKey.certificate()))) {
            throw new CorruptDataException("PK.esl", 0, "does not hold the certificate of PK.crt", "the same");
        }
        Guid owner = lists.get(0).entries().get(0).owner();
        return new SecureBootKeys(platformKey, readKey(folder, "KEK"), readKey(folder, "db"), owner);
    }

    private static LocalSigningKey readKey(Path folder, String name) throws IOException {
        byte[] key = contents(folder.resolve(name + ".key"));
        byte[] certificate = contents(folder.resolve(name + ".crt"));
        try {
            return LocalSigningKey.ofPem(key, certificate);
        } catch (FormatException e) {
            throw new CorruptDataException(
                    name + ".key with " + name + ".crt",
                    FormatException.NO_OFFSET,
                    "cannot be read: " + e.getMessage(),
                    "a private key and its certificate");
        }
    }

    private static byte[] contents(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE) {
            throw new LimitExceededException(file.toString(), 0, Files.size(file) + " bytes", "at most 1 MiB");
        }
        return Files.readAllBytes(file);
    }

    /**
     * The variables that make firmware enforce Secure Boot with these keys from its first start: PK, KEK, db, a dbx that
     * forbids nothing, and EDK2's own switches.
     *
     * @param timestamp of PK, KEK and db
     */
    public List<StoredVariable> variables(Instant timestamp) {
        List<StoredVariable> variables = new ArrayList<>();
        byName().forEach(
                        (name, key) -> variables.add(authenticated(name, vendor(name), timestamp, signatureList(key))));
        byte[] dummy = EfiSignatureList.sha256(DUMMY_OWNER, List.of(DigestAlgorithm.SHA256.of(new byte[0])))
                .encode();
        variables.add(authenticated("dbx", SecureBootVariable.IMAGE_SECURITY_DATABASE, DUMMY_TIME, dummy));
        variables.add(flag("SecureBootEnable", SecureBootVariable.SECURE_BOOT_ENABLE, 1));
        variables.add(flag("CustomMode", SecureBootVariable.CUSTOM_MODE, 0));
        return variables;
    }

    private static StoredVariable authenticated(String name, Guid vendor, Instant time, byte[] data) {
        return new StoredVariable(name, vendor, SecureBootVariable.ATTRIBUTES_AUTHENTICATED, Optional.of(time), data);
    }

    private static StoredVariable flag(String name, Guid vendor, int value) {
        return new StoredVariable(
                name, vendor, SecureBootVariable.ATTRIBUTES_BOOT, Optional.empty(), new byte[] {(byte) value});
    }

    /**
     * A variable store in which these keys are enrolled and enforced, and nothing else is.
     *
     * @param template an empty store, or one whose variables shall be dropped
     */
    public VariableStore enrol(VariableStore template, Instant timestamp) throws LimitExceededException {
        return template.withOnly(variables(timestamp));
    }
}
