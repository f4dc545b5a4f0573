package dev.caisson.engine.fetch;

import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.SortedListing;
import dev.caisson.deb.Deb822Paragraph;
import dev.caisson.deb.Deb822Reader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The addresses of a machine's own APT sources ({@code sources.list(5)}), in both formats. Only addresses are taken: which
 * suites and keys a build trusts is never the machine's business. Entries that are disabled, malformed or of a transport that
 * is not {@code file:}, {@code http:} or {@code https:} are passed over: they are not ours to judge.
 */
final class AptSources {
    /** {@code deb [option=value …] URI suite component…}. */
    private static final Pattern ONE_LINE = Pattern.compile("deb\\s+(?:\\[[^\\]]*\\]\\s+)?(\\S+)\\s+\\S.*");

    private AptSources() {}

    static List<URI> read(Path aptFolder) throws IOException {
        List<Path> files = new ArrayList<>();
        if (Files.isReadable(aptFolder.resolve("sources.list"))) {
            files.add(aptFolder.resolve("sources.list"));
        }
        Path parts = aptFolder.resolve("sources.list.d");
        if (Files.isDirectory(parts)) {
            for (Path part : SortedListing.of(parts)) {
                String name = part.getFileName().toString();
                boolean source = name.endsWith(".list") || name.endsWith(".sources");
                if (source && Files.isRegularFile(part) && Files.isReadable(part)) {
                    files.add(part);
                }
            }
        }
        List<URI> uris = new ArrayList<>();
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            if (file.getFileName().toString().endsWith(".sources")) {
                addParagraphs(file, bytes, uris);
            } else {
                addLines(bytes, uris);
            }
        }
        return uris;
    }

    private static void addLines(byte[] bytes, List<URI> uris) {
        for (String raw : new String(bytes, StandardCharsets.UTF_8).split("\\R")) {
            int comment = raw.indexOf('#');
            Matcher matcher = ONE_LINE.matcher((comment < 0 ? raw : raw.substring(0, comment)).strip());
            if (matcher.matches()) {
                add(matcher.group(1), uris);
            }
        }
    }

    private static void addParagraphs(Path file, byte[] bytes, List<URI> uris) throws IOException {
        Deb822Reader reader = Deb822Reader.withComments(file.toString(), new ByteArrayInputStream(bytes));
        try {
            reader.forEach(paragraph -> {
                boolean enabled = !field(paragraph, "Enabled").equalsIgnoreCase("no");
                if (enabled && List.of(field(paragraph, "Types").split("\\s+")).contains("deb")) {
                    for (String uri : field(paragraph, "URIs").split("\\s+")) {
                        add(uri, uris);
                    }
                }
            });
        } catch (FormatException e) {
            // What could be read before stays; apt itself complains about the rest.
        }
    }

    private static String field(Deb822Paragraph paragraph, String name) {
        return paragraph.folded(name).orElse("").strip();
    }

    private static void add(String address, List<URI> uris) {
        try {
            uris.add(Mirrors.base("APT source", address));
        } catch (FetchException e) {
            // cdrom:, mirror+http:, tor+https: and the like.
        }
    }
}
