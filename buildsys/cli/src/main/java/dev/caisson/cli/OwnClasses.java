package dev.caisson.cli;

import java.io.File;
import java.io.IOException;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** The classes of this program's own jars. */
final class OwnClasses {
    private static final String PACKAGES = "dev/caisson/";
    private static final String SUFFIX = ".class";

    private OwnClasses() {}

    /** Loads all of them without running their initialisers, so that they enter the archive of classes. */
    static void load() throws IOException {
        for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
            if (new File(entry).isFile()) {
                try (JarFile jar = new JarFile(entry)) {
                    load(jar);
                }
            }
        }
    }

    private static void load(JarFile jar) {
        for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
            String name = entries.nextElement().getName();
            if (name.startsWith(PACKAGES) && name.endsWith(SUFFIX) && !name.endsWith("package-info.class")) {
                String className =
                        name.substring(0, name.length() - SUFFIX.length()).replace('/', '.');
                try {
                    Class.forName(className, false, OwnClasses.class.getClassLoader());
                } catch (ClassNotFoundException | LinkageError e) {
                    // needs what this platform does not have; it is only not archived
                }
            }
        }
    }
}
