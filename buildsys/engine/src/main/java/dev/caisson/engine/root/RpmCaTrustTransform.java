package dev.caisson.engine.root;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bundle of authorities for TLS servers that {@code update-ca-trust} extracts on Fedora, RHEL and their kin, from the files below
 * {@code ca-trust-source} in {@code /usr/share/pki} and {@code /etc/pki/ca-trust/source}: p11-kit's objects of which a
 * certificate counts when it is {@code trusted} and no extension object restricts its key to other uses, and certificates in
 * {@code anchors}. What is distrusted or in {@code blocklist} stays out. An existing bundle stays; bundles for mail, code and Java are not
 * made.
 */
public final class RpmCaTrustTransform implements TreeTransform {
    private static final String BUNDLE = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem";
    private static final List<TreePath> SOURCES =
            List.of(TreePath.of("/usr/share/pki/ca-trust-source"), TreePath.of("/etc/pki/ca-trust/source"));
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ((?:TRUSTED )?CERTIFICATE|PUBLIC KEY)-----([^-]*)-----END \\1-----");
    private static final Pattern ATTRIBUTE = Pattern.compile("(?m)^([-\\w]+):[ \\t]*(.*)$");
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    /** id-kp-serverAuth, 1.3.6.1.5.5.7.3.1, as DER. */
    private static final String SERVER_AUTH = "\u0006\u0008+\u0006\u0001\u0005\u0005\u0007\u0003\u0001";

    private final long mtimeSeconds;

    /** A transform whose bundle has this time. */
    public RpmCaTrustTransform(long mtimeSeconds) {
        this.mtimeSeconds = mtimeSeconds;
    }

    @Override
    public String name() {
        return "ca-trust";
    }

    /** What was read: DER certificates with their labels, those that nobody trusts, and uses by public key. */
    private static final class Store {
        final Map<String, String> trusted = new LinkedHashMap<>();
        final Set<String> distrusted = new HashSet<>();
        final Map<String, Boolean> serves = new HashMap<>();
    }

    @Override
    public FileTree apply(FileTree tree) throws BuildException, IOException {
        if (SOURCES.stream().noneMatch(tree::contains) || tree.contains(TreePath.of(BUNDLE))) {
            return tree;
        }
        Store store = new Store();
        for (TreePath source : SOURCES) {
            for (Map.Entry<TreePath, Inode> entry :
                    tree.entries().tailMap(source).entrySet()) {
                if (!entry.getKey().startsWith(source)) {
                    break;
                }
                if (entry.getValue() instanceof Inode.RegularFile file) {
                    read(store, entry.getKey(), file.content().readAll(TextFiles.LIMIT_BYTES));
                }
            }
        }
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        for (Map.Entry<String, String> certificate : store.trusted.entrySet()) {
            byte[] der = certificate.getKey().getBytes(StandardCharsets.ISO_8859_1);
            if (!store.distrusted.contains(certificate.getKey()) && store.serves.getOrDefault(publicKey(der), true)) {
                bundle.writeBytes(pem(certificate.getValue(), der));
            }
        }
        return tree.toBuilder()
                .file(BUNDLE, Attributes.ofRoot(0444, mtimeSeconds), bundle.toByteArray())
                .build();
    }

    private static byte[] pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ("# " + label + "\n-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void read(Store store, TreePath path, byte[] content) throws BuildException {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        String folder = path.parent().name();
        if (path.name().endsWith(".p11-kit")) {
            for (String object : text.split("(?m)^\\[p11-kit-object-v1\\]\\s*$", -1)) {
                readObject(store, path, object);
            }
        } else if (folder.equals("anchors")) {
            certificates(path, content, text).forEach(der -> store.trusted.putIfAbsent(der, path.name()));
        } else if (folder.equals("blocklist") || folder.equals("blacklist")) {
            store.distrusted.addAll(certificates(path, content, text));
        }
    }

    /** All of a PEM file, or the only one of a DER file. */
    private static List<String> certificates(TreePath path, byte[] content, String text) throws BuildException {
        List<String> found = new ArrayList<>();
        Matcher matcher = PEM.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).equals("CERTIFICATE")) {
                found.add(decode(path, matcher.group(2)));
            }
        }
        if (found.isEmpty() && content.length > 0 && content[0] == 0x30) {
            found.add(text);
        }
        return found;
    }

    private static void readObject(Store store, TreePath path, String object) throws BuildException {
        Map<String, String> attributes = new HashMap<>();
        Matcher attribute = ATTRIBUTE.matcher(object);
        while (attribute.find()) {
            attributes.put(attribute.group(1), unquoted(attribute.group(2).strip()));
        }
        Matcher block = PEM.matcher(object);
        if (!block.find()) {
            return;
        }
        String der = decode(path, block.group(2));
        if (block.group(1).equals("PUBLIC KEY")) {
            if (EXTENDED_KEY_USAGE.equals(attributes.get("object-id"))) {
                store.serves.put(der, attributes.getOrDefault("value", "").contains(SERVER_AUTH));
            }
        } else if ("true".equals(attributes.get("x-distrusted"))) {
            store.distrusted.add(der);
        } else if ("true".equals(attributes.get("trusted"))) {
            store.trusted.putIfAbsent(der, attributes.getOrDefault("label", path.name()));
        }
    }

    /** Bytes as p11-kit writes them: quoted, with {@code %xx}. */
    private static String unquoted(String text) {
        if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
            return text;
        }
        StringBuilder bytes = new StringBuilder();
        for (int i = 1; i < text.length() - 1; i++) {
            String hex = text.substring(i + 1, Math.min(text.length() - 1, i + 3));
            if (text.charAt(i) == '%' && hex.matches("[0-9A-Fa-f]{2}")) {
                bytes.append((char) Integer.parseInt(hex, 16));
                i += 2;
            } else {
                bytes.append(text.charAt(i));
            }
        }
        return bytes.toString();
    }

    private static String decode(TreePath path, String base64) throws BuildException {
        try {
            return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            throw damaged(path.toString(), e);
        }
    }

    private static String publicKey(byte[] der) throws BuildException {
        try {
            byte[] key = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der))
                    .getPublicKey()
                    .getEncoded();
            return new String(key, StandardCharsets.ISO_8859_1);
        } catch (CertificateException e) {
            throw damaged("a trusted certificate", e);
        }
    }

    private static BuildException damaged(String what, Exception e) {
        return new BuildException(
                FailureCode.CONTENT, what + " cannot be read: " + e.getMessage(), "see update-ca-trust(8)", e);
    }
}
