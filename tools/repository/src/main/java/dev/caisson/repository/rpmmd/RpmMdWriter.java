package dev.caisson.repository.rpmmd;

import dev.caisson.compression.Codec;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a repository's metadata: the same packages give the same bytes. The files' names begin with their SHA-256, so that old and
 * new ones can lie beside each other while a repository changes. Packages come one by one and none is kept, so that a repository of
 * any size takes the memory of one package and three compressors. For one thread.
 */
public final class RpmMdWriter implements Closeable {
    private static final String COMMON = "http://linux.duke.edu/metadata/common";
    private static final String RPM = "http://linux.duke.edu/metadata/rpm";

    private final Options options;
    private final Target target;
    private final List<Document> documents = new ArrayList<>();
    private final XmlText repomd = new XmlText();
    private final int count;
    private int added;
    private String last = "";

    /**
     * How to write.
     *
     * @param codec of the files: zstd, xz, gzip or none
     * @param epochSeconds the repository's revision and the files' timestamps, in seconds since 1970
     * @param changelogLimit how many changelog entries of each package are kept, the newest; createrepo_c keeps 10
     * @param comps groups; none: no such file
     * @param advisories advisories; none: no such file
     * @param modules documents of modules as YAML, taken as they are; empty: no such file
     */
    public record Options(
            Codec codec,
            long epochSeconds,
            int changelogLimit,
            Comps comps,
            List<Advisory> advisories,
            String modules) {
        /** Checks the codec and copies the list. */
        public Options {
            advisories = List.copyOf(advisories);
            if (codec != Codec.NONE && codec != Codec.GZIP && codec != Codec.ZSTD && codec != Codec.XZ) {
                throw new IllegalArgumentException("metadata compressed with " + codec.codecName());
            }
        }

        /** Without modules. */
        public Options(Codec codec, long epochSeconds, int changelogLimit, Comps comps, List<Advisory> advisories) {
            this(codec, epochSeconds, changelogLimit, comps, advisories, "");
        }

        /** Zstandard, 10 changelog entries, no groups, no advisories. */
        public static Options of(long epochSeconds) {
            return new Options(Codec.ZSTD, epochSeconds, 10, Comps.NONE, List.of());
        }
    }

    /** Where documents go whose name is known when they are complete. */
    private interface Target {
        OutputStream open(String type) throws IOException;

        void place(String type, String location) throws IOException;
    }

    private record Document(String type, MetadataStore store, XmlText xml) {}

    private RpmMdWriter(int count, Options options, Target target) throws IOException {
        this.count = count;
        this.options = options;
        this.target = target;
        String packages = Integer.toString(count);
        open("primary").xml.open("metadata", "xmlns", COMMON, "xmlns:rpm", RPM, "packages", packages);
        open("filelists")
                .xml
                .open("filelists", "xmlns", "http://linux.duke.edu/metadata/filelists", "packages", packages);
        open("other").xml.open("otherdata", "xmlns", "http://linux.duke.edu/metadata/other", "packages", packages);
        repomd.open("repomd", "xmlns", "http://linux.duke.edu/metadata/repo", "xmlns:rpm", RPM);
        repomd.text("revision", Long.toString(options.epochSeconds()));
    }

    private Document open(String type) throws IOException {
        Document document = new Document(type, new MetadataStore(options.codec(), target.open(type)), new XmlText());
        documents.add(document);
        return document;
    }

    /**
     * Writes the metadata of a few packages into memory.
     *
     * @param packages in any order
     * @return path within the repository to contents, {@link RepomdFile#PATH} among them; a signature of that one belongs at {@link
     *     RepomdFile#SIGNATURE_PATH}
     */
    public static SortedMap<String, byte[]> write(List<RpmPackageMetadata> packages, Options options) {
        Memory memory = new Memory();
        try (RpmMdWriter writer = new RpmMdWriter(packages.size(), options, memory)) {
            List<RpmPackageMetadata> sorted = new ArrayList<>(packages);
            sorted.sort(Comparator.comparing(RpmPackageMetadata::location).thenComparing(RpmPackageMetadata::checksum));
            for (RpmPackageMetadata p : sorted) {
                writer.add(p);
            }
            memory.files.put(RepomdFile.PATH, writer.finish());
            return memory.files;
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory", e);
        }
    }

    /**
     * Starts to write metadata into a folder. The files get their names at the end; a writer that is closed before leaves nothing.
     *
     * @param repository the repository's folder, whose {@code repodata} is made when it is not there
     * @param count how many packages will be added: it stands at the beginning
     */
    public static RpmMdWriter into(Path repository, int count, Options options) throws IOException {
        return new RpmMdWriter(count, options, new Folder(repository));
    }

    /**
     * Adds a package.
     *
     * @throws IllegalArgumentException when its location sorts before that of the last one, or there are more than announced
     */
    public void add(RpmPackageMetadata p) throws IOException {
        if (added == count || p.location().compareTo(last) < 0) {
            throw new IllegalArgumentException(p.location() + " after " + last + ", package " + added + " of " + count);
        }
        added++;
        last = p.location();
        PackageText.primary(documents.get(0).xml, p);
        PackageText.filelists(documents.get(1).xml, p);
        PackageText.other(documents.get(2).xml, p, options.changelogLimit());
        for (Document document : documents) {
            document.store.write(document.xml.drain());
        }
    }

    /**
     * Completes everything but {@code repomd.xml}, which the caller writes, and signs if he likes, as the last.
     *
     * @return the content of {@link RepomdFile#PATH}
     * @throws IllegalStateException when packages are missing
     */
    public byte[] finish() throws IOException {
        if (added != count) {
            throw new IllegalStateException(added + " packages of " + count);
        }
        String[] roots = {"metadata", "filelists", "otherdata"};
        for (int i = 0; i < roots.length; i++) {
            Document document = documents.get(i);
            document.store.write(document.xml.close(roots[i]).drain());
            complete(document.type, document.type + ".xml", document.store);
        }
        documents.clear();
        if (!options.comps().equals(Comps.NONE)) {
            whole("group", "comps.xml", GroupsText.of(options.comps()), Codec.NONE);
        }
        if (!options.advisories().isEmpty()) {
            whole("updateinfo", "updateinfo.xml", UpdateinfoText.of(options.advisories()), options.codec());
        }
        if (!options.modules().isEmpty()) {
            whole("modules", "modules.yaml", options.modules().getBytes(StandardCharsets.UTF_8), options.codec());
        }
        return repomd.close("repomd").bytes();
    }

    private void whole(String type, String base, byte[] document, Codec codec) throws IOException {
        MetadataStore store = new MetadataStore(codec, target.open(type));
        store.write(document);
        complete(type, base, store);
    }

    private void complete(String type, String base, MetadataStore store) throws IOException {
        store.close();
        target.place(type, store.describe(type, base, options.epochSeconds(), repomd));
    }

    @Override
    public void close() throws IOException {
        for (Document document : documents) {
            document.store.close();
        }
        documents.clear();
        if (target instanceof Folder folder) {
            folder.clear();
        }
    }

    private static final class Memory implements Target {
        private final SortedMap<String, byte[]> files = new TreeMap<>();
        private final SortedMap<String, ByteArrayOutputStream> open = new TreeMap<>();

        @Override
        public OutputStream open(String type) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            open.put(type, out);
            return out;
        }

        @Override
        public void place(String type, String location) {
            files.put(location, open.remove(type).toByteArray());
        }
    }

    private static final class Folder implements Target {
        private final Path repository;
        private final List<Path> temporary = new ArrayList<>();

        private Folder(Path repository) throws IOException {
            this.repository = repository;
            Files.createDirectories(repository.resolve("repodata"));
        }

        private Path temporary(String type) {
            return repository.resolve("repodata").resolve(".building-" + type);
        }

        @Override
        public OutputStream open(String type) throws IOException {
            temporary.add(temporary(type));
            return new java.io.BufferedOutputStream(Files.newOutputStream(temporary(type)), 1 << 16);
        }

        @Override
        public void place(String type, String location) throws IOException {
            Files.move(temporary(type), repository.resolve(location), StandardCopyOption.REPLACE_EXISTING);
        }

        void clear() throws IOException {
            for (Path file : temporary) {
                Files.deleteIfExists(file);
            }
        }
    }
}
