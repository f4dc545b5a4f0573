package dev.caisson.publish.vsphere;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Which certificates of servers are believed: those that the machine's authorities or given ones vouch for, for the server's own
 * name; or exactly one, by its thumbprint. There is no way to believe any.
 */
public final class ServerTrust {
    private final SSLContext context;

    private ServerTrust(SSLContext context) {
        this.context = context;
    }

    /** The authorities that Java knows. */
    public static ServerTrust ofMachine() throws IOException {
        return new ServerTrust(context(null));
    }

    /** These authorities, and no others. */
    public static ServerTrust ofAuthorities(List<X509Certificate> authorities) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority" + i, authorities.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return new ServerTrust(context(factory.getTrustManagers()));
        } catch (GeneralSecurityException e) {
            throw new IOException("the authorities cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * The one certificate with this thumbprint, whatever its name.
     *
     * @param thumbprint SHA-256 or SHA-1 of the certificate in hexadecimal, with or without colons
     * @throws IllegalArgumentException when it is none
     */
    public static ServerTrust ofThumbprint(String thumbprint) throws IOException {
        return new ServerTrust(context(new TrustManager[] {new Pinned(normalized(thumbprint))}));
    }

    private static String normalized(String thumbprint) {
        String hex = thumbprint.replace(":", "").toLowerCase(Locale.ROOT);
        if (!hex.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
            throw new IllegalArgumentException("\"" + thumbprint + "\" is no SHA-256 or SHA-1 thumbprint");
        }
        return hex;
    }

    /** The thumbprint if the text is one. */
    static Optional<String> thumbprint(String text) {
        try {
            return Optional.of(normalized(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static SSLContext context(TrustManager[] managers) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS: " + e.getMessage(), e);
        }
    }

    SSLContext context() {
        return context;
    }

    private static final class Pinned extends X509ExtendedTrustManager {
        private final String thumbprint;

        Pinned(String thumbprint) {
            this.thumbprint = thumbprint;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            String actual = digest(chain[0], thumbprint.length() == 64 ? "SHA-256" : "SHA-1");
            if (!actual.equals(thumbprint)) {
                throw new CertificateException("the server's certificate has the thumbprint " + actual);
            }
        }

        private static String digest(X509Certificate certificate, String algorithm) throws CertificateException {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance(algorithm).digest(certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw e;
            } catch (GeneralSecurityException e) {
                throw new CertificateException(e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("not a server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("not a server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("not a server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
