package dev.caisson.engine.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.engine.BuildException;
import dev.caisson.filetree.FileTree;
import dev.caisson.fixture.Oracle;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With certificates that openssl makes. */
@Tag("oracle")
class RpmCaTrustTransformTest {
    private static final String SERVER = "0%0a%06%08+%06%01%05%05%07%03%01";
    private static final String MAIL = "0%0a%06%08+%06%01%05%05%07%03%04";
    private static final String BUNDLE = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem";

    @TempDir
    static Path folder;

    private static final Map<String, String> CERTIFICATES = new TreeMap<>();
    private static final Map<String, String> KEYS = new TreeMap<>();

    @BeforeAll
    static void certificates() throws Exception {
        Oracle.require("openssl", "openssl");
        for (String name : List.of("any", "server", "mail", "bad", "anchor", "blocked")) {
            Oracle.run(
                    folder,
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:prime256v1",
                    "-nodes",
                    "-subj",
                    "/CN=" + name,
                    "-keyout",
                    name + ".key",
                    "-out",
                    name + ".pem");
            Oracle.run(folder, "openssl", "ec", "-in", name + ".key", "-pubout", "-out", name + ".pub");
            CERTIFICATES.put(name, Files.readString(folder.resolve(name + ".pem"), StandardCharsets.US_ASCII));
            KEYS.put(name, Files.readString(folder.resolve(name + ".pub"), StandardCharsets.US_ASCII));
        }
    }

    private static String object(String attributes, String pem) {
        return "[p11-kit-object-v1]\n" + attributes + "\n" + pem + "\n";
    }

    private static String usage(String name, String value) {
        return object("class: x-certificate-extension\nobject-id: 2.5.29.37\nvalue: \"" + value + "\"", KEYS.get(name));
    }

    private static FileTree.Builder tree() {
        String kit = "# a comment\n"
                + object("label: \"Any%20CA\"\ntrusted: true", CERTIFICATES.get("any"))
                + object("label: \"Server\"\ntrusted: true", CERTIFICATES.get("server"))
                + usage("server", SERVER)
                + object("label: \"Mail\"\ntrusted: true", CERTIFICATES.get("mail"))
                + usage("mail", MAIL)
                + object("label: \"Bad\"\nx-distrusted: true", CERTIFICATES.get("bad"))
                + object("label: \"Blocked\"\ntrusted: true", CERTIFICATES.get("blocked"));
        return Trees.empty()
                .file("/usr/share/pki/ca-trust-source/ca-bundle.trust.p11-kit", Trees.FILE, Trees.utf8(kit))
                .file("/etc/pki/ca-trust/source/anchors/own.pem", Trees.FILE, Trees.utf8(CERTIFICATES.get("anchor")))
                .file("/etc/pki/ca-trust/source/blocklist/b.pem", Trees.FILE, Trees.utf8(CERTIFICATES.get("blocked")));
    }

    @Test
    void theBundle_holdsWhatIsTrustedForServers() throws Exception {
        String bundle = Trees.text(new RpmCaTrustTransform(5).apply(tree().build()), BUNDLE);
        assertThat(bundle).startsWith("# Any CA\n-----BEGIN CERTIFICATE-----\n").contains("# own.pem\n");
        List<String> names = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(bundle.getBytes(StandardCharsets.US_ASCII)))
                .stream()
                .map(certificate -> name(certificate))
                .toList();
        assertThat(names).containsExactly("CN=any", "CN=server", "CN=anchor");
    }

    private static String name(Certificate certificate) {
        return ((X509Certificate) certificate).getSubjectX500Principal().getName();
    }

    @Test
    void anExistingBundle_stays() throws Exception {
        FileTree tree = tree().file(BUNDLE, Trees.FILE, Trees.utf8("mine")).build();
        assertThat(Trees.text(new RpmCaTrustTransform(5).apply(tree), BUNDLE)).isEqualTo("mine");
        FileTree without = Trees.empty().build();
        assertThat(new RpmCaTrustTransform(5).apply(without)).isSameAs(without);
    }

    @Test
    void aDamagedCertificate_isAnError() {
        FileTree tree = Trees.empty()
                .file("/etc/pki/ca-trust/source/anchors/x.der", Trees.FILE, new byte[] {0x30, 1, 2, 3})
                .build();
        assertThatThrownBy(() -> new RpmCaTrustTransform(5).apply(tree)).isInstanceOf(BuildException.class);
    }
}
