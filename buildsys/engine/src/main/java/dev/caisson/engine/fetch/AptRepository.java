package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;

/**
 * What a manifest says about an APT archive.
 *
 * @param archive symbolic name
 * @param suites such as {@code trixie}, {@code trixie-updates}; a path that ends in a slash, such as {@code ./}, is that of a flat
 *     repository, without {@code dists/}, components and architectures
 * @param components such as {@code main}
 * @param architectures in Debian's names, such as {@code amd64}
 * @param keyring files of the certificates whose signatures count, armored or binary
 * @param weakSelfSignatures whether the keys' own self-signatures may use SHA-1
 * @param priority higher is preferred
 * @param pinned by suite, the SHA-256 of the InRelease file to use and no other
 */
public record AptRepository(
        String archive,
        List<String> suites,
        List<String> components,
        List<String> architectures,
        List<byte[]> keyring,
        boolean weakSelfSignatures,
        int priority,
        Map<String, Digest> pinned) {
    /** Copies the collections. */
    public AptRepository {
        suites = List.copyOf(suites);
        components = List.copyOf(components);
        architectures = List.copyOf(architectures);
        keyring = List.copyOf(keyring);
        pinned = Map.copyOf(pinned);
    }

    /** Whether a suite is a flat repository. */
    public static boolean isFlat(String suite) {
        return suite.endsWith("/");
    }

    /** Where a suite's metadata are, relative to the archive: empty or ending in a slash. */
    public static String folder(String suite) {
        return isFlat(suite) ? suite.replaceAll("^(\\./|/)+", "") : "dists/" + suite + "/";
    }

    /** Identifies what is trusted: the keyring files in order, and how strictly. */
    Digest trust() {
        MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
        digest.update((byte) (weakSelfSignatures ? 1 : 0));
        for (byte[] file : keyring) {
            digest.update(DigestAlgorithm.SHA256.of(file).bytes());
        }
        return new Digest(DigestAlgorithm.SHA256, digest.digest());
    }
}
