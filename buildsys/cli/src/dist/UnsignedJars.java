import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Takes the signatures off the jars of a folder. Java shares no class of a signed jar between runs, and checks the signature at every
 * start; here Maven has checked the jar's checksum, and who could change the jar could change the tool. Run by Maven as a
 * single-file program; no part of the tool.
 */
final class UnsignedJars {
    private UnsignedJars() {}

    /** Argument: the folder. */
    public static void main(String[] args) throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(Path.of(args[0]))) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
        for (Path jar : jars) {
            if (isSigned(jar)) {
                Path plain = jar.resolveSibling(jar.getFileName() + ".plain");
                copy(jar, plain);
                Files.move(plain, jar, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static boolean isSigned(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            return file.stream().anyMatch(entry -> isSignature(entry.getName()));
        }
    }

    private static boolean isSignature(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("META-INF/")
                && upper.indexOf('/', 9) < 0
                && (upper.endsWith(".SF") || upper.endsWith(".RSA") || upper.endsWith(".DSA") || upper.endsWith(".EC"));
    }

    /** The same entries in the same order, the manifest without the digests of each. */
    private static void copy(Path from, Path to) throws IOException {
        try (JarFile jar = new JarFile(from.toFile(), false);
                OutputStream file = Files.newOutputStream(to);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry entry : new ArrayList<>(Collections.list(jar.entries()))) {
                if (isSignature(entry.getName())) {
                    continue;
                }
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTime(entry.getTime());
                out.putNextEntry(copy);
                try (InputStream in = jar.getInputStream(entry)) {
                    if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        Manifest manifest = new Manifest(in);
                        manifest.getEntries().clear();
                        manifest.write(out);
                    } else {
                        in.transferTo(out);
                    }
                }
                out.closeEntry();
            }
        }
    }
}
