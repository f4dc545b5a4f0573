package dev.caisson.engine.fetch;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.repository.rpmmd.Metalink;
import dev.caisson.repository.rpmmd.MirrorList;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds the addresses of RPM repositories that are known by a mirror list or a Metalink document. The last good document is
 * remembered: it serves without network, and, with a warning, when its server does not answer. For one thread.
 */
public final class RpmMirrors {
    private static final long MAX_BYTES = 8 << 20;

    private final Downloader downloader;
    private final Path folder;
    private final DownloadListener listener;
    private final Consumer<String> warnings;

    /**
     * @param folder for what was last seen ({@code mirrors/}); a cache
     * @param warnings is told, in a sentence, when an old document is used
     */
    public RpmMirrors(Downloader downloader, Path folder, DownloadListener listener, Consumer<String> warnings) {
        this.downloader = downloader;
        this.folder = folder.resolve("mirrors");
        this.listener = listener;
        this.warnings = warnings;
    }

    /**
     * Where a repository is.
     *
     * @param bases addresses in order of preference, each with a slash at its end; none: nothing is known without network
     * @param metalink the document, if it was one
     */
    public record Found(List<URI> bases, Optional<Metalink> metalink) {
        /** Copies the list. */
        public Found {
            bases = List.copyOf(bases);
        }
    }

    /** The addresses of a mirror list. */
    public Found mirrorList(String repository, URI address) throws IOException {
        return find(repository, address, "mirror list", RpmMirrors::parseList);
    }

    /** The addresses of a Metalink document, and what it says of {@code repomd.xml}. */
    public Found metalink(String repository, URI address) throws IOException {
        return find(repository, address, "metalink", document -> {
            Metalink metalink = Metalink.parse(document);
            return new Found(bases(metalink.repositories()), Optional.of(metalink));
        });
    }

    private interface Parser {
        Found parse(byte[] document) throws IOException;
    }

    private static Found parseList(byte[] document) throws IOException {
        return new Found(bases(MirrorList.parse(document).addresses()), Optional.empty());
    }

    private static List<URI> bases(List<String> addresses) throws FetchException {
        List<URI> bases = new ArrayList<>();
        for (String address : addresses) {
            // Lists have other schemes, too, for other programs.
            if (address.startsWith("http://") || address.startsWith("https://") || address.startsWith("file:")) {
                bases.add(Mirrors.base("mirror list", address));
            }
        }
        return bases;
    }

    private Found find(String repository, URI address, String what, Parser parser) throws IOException {
        String title = "repository " + repository + " " + what;
        Path memory = memory(repository, address);
        boolean local = "file".equals(address.getScheme());
        if (downloader.options().offline() && !local) {
            Optional<byte[]> known = read(memory);
            return known.isPresent() ? parser.parse(known.get()) : new Found(List.of(), Optional.empty());
        }
        DownloadRequest request = DownloadRequest.open(title, List.of(address), MAX_BYTES, Optional.empty());
        DownloadResult result =
                downloader.tryDownload(List.of(request), listener).get(0);
        if (result instanceof DownloadResult.Failed failed) {
            Optional<byte[]> known = read(memory);
            if (known.isEmpty()) {
                throw failed.cause();
            }
            warnings.accept(title + " cannot be had, the last one is used: "
                    + failed.cause().getMessage());
            return parser.parse(known.get());
        }
        Path file = result.fetched().orElseThrow().file();
        try {
            byte[] document = Files.readAllBytes(file);
            Found found = parser.parse(document);
            if (found.bases().isEmpty()) {
                throw new FetchException(
                        FetchException.Kind.BAD_METADATA,
                        FetchException.display(address),
                        "lists no http:, https: or file: address",
                        "check the address");
            }
            Files.createDirectories(folder);
            SuiteMemory.replace(memory, document);
            return found;
        } catch (FormatException e) {
            throw new FetchException(
                    FetchException.Kind.BAD_METADATA,
                    FetchException.display(address),
                    e.getMessage(),
                    "check that it is the address of a " + what,
                    e);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private Path memory(String repository, URI address) {
        String digest = DigestAlgorithm.SHA256
                .of(address.toString().getBytes(StandardCharsets.UTF_8))
                .hex();
        return folder.resolve(repository.replaceAll("[^A-Za-z0-9._-]", "_") + "-" + digest.substring(0, 16));
    }

    private static Optional<byte[]> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
