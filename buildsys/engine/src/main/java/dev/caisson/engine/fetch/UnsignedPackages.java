package dev.caisson.engine.fetch;

import dev.caisson.bytes.FormatException;
import dev.caisson.compression.Codec;
import dev.caisson.repository.PackagesIndex;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Packages files that nobody has signed: of one's own folders, or for a look at what an archive has. Never for images. */
public final class UnsignedPackages {
    private static final List<String> FORMS = List.of(".zst", ".xz", ".gz", "");

    private final Downloader downloader;
    private final ParsedIndexes indexes;
    private final DownloadListener listener;

    /**
     * @param downloader how files come
     * @param folder for parsed indexes, the same as an {@link AptFetcher}'s
     * @param listener is told of downloads
     */
    public UnsignedPackages(Downloader downloader, Path folder, DownloadListener listener) {
        this.downloader = downloader;
        this.indexes = new ParsedIndexes(folder);
        this.listener = listener;
    }

    /** A Packages file, and which one it was. */
    public record Fetched(URI source, DownloadResult.Fetched file, PackagesIndex packages) {}

    /**
     * Reads a Packages file in whatever form it is there.
     *
     * @param packages its address, with or without the ending of a compressed form
     * @throws FetchException of kind {@code NOT_FOUND} when there is none
     */
    public Fetched fetch(URI packages) throws IOException {
        String address = packages.toString();
        boolean exact = address.matches(".*\\.(zst|xz|gz)");
        List<FetchException> failures = new ArrayList<>();
        for (String form : exact ? List.of("") : FORMS) {
            URI source = URI.create(address + form);
            DownloadRequest request = DownloadRequest.open(
                    FetchException.display(source), List.of(source), PackagesIndex.MAX_BYTES, Optional.empty());
            DownloadResult result =
                    downloader.tryDownload(List.of(request), listener).get(0);
            if (result instanceof DownloadResult.Fetched fetched) {
                return parsed(source, fetched);
            }
            if (result instanceof DownloadResult.Failed failed) {
                failures.add(failed.cause());
                if (failed.cause().kind() != FetchException.Kind.NOT_FOUND) {
                    break;
                }
            }
        }
        throw failures.get(failures.size() - 1);
    }

    private Fetched parsed(URI source, DownloadResult.Fetched fetched) throws IOException {
        try {
            Optional<PackagesIndex> known = indexes.read(fetched.sha256());
            if (known.isPresent()) {
                return new Fetched(source, fetched, known.get());
            }
            String path = source.getPath();
            Codec codec = path.endsWith(".zst")
                    ? Codec.ZSTD
                    : path.endsWith(".xz") ? Codec.XZ : path.endsWith(".gz") ? Codec.GZIP : Codec.NONE;
            try (InputStream in = Files.newInputStream(fetched.file())) {
                PackagesIndex index = PackagesIndex.readFrom(in, codec, -1);
                indexes.write(index, fetched.sha256());
                return new Fetched(source, fetched, index);
            }
        } catch (FormatException e) {
            throw new FetchException(
                    FetchException.Kind.BAD_METADATA,
                    FetchException.display(source),
                    e.getMessage(),
                    "give the address of a Packages file, or of the folder that holds it",
                    e);
        } finally {
            Files.deleteIfExists(fetched.file());
        }
    }
}
