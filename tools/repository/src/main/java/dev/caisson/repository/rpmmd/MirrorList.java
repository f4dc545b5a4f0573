package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A plain list of a repository's addresses, one in a line; lines that begin with {@code #} and blank ones count for nothing. The same
 * repository lies at each of them, so that each can be tried in turn.
 *
 * @param addresses {@code https}, {@code http}, {@code ftp} or {@code file}, without a slash at the end, in the list's order, each once
 */
public record MirrorList(List<String> addresses) {
    private static final int MAXIMUM_BYTES = 1 << 20;
    private static final String MIRROR_LIST = "mirror list";

    public MirrorList {
        addresses = List.copyOf(addresses);
    }

    /**
     * Parses a list.
     *
     * @throws FormatException when it is too long, or has no address or something that is none
     */
    public static MirrorList parse(byte[] list) throws FormatException {
        if (list.length > MAXIMUM_BYTES) {
            throw new LimitExceededException(MIRROR_LIST, 0, "is " + list.length + " bytes", "at most 1 MiB");
        }
        List<String> addresses = new ArrayList<>();
        for (String line : new String(list, StandardCharsets.UTF_8).split("\\R")) {
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                String address = address(text);
                if (!addresses.contains(address)) {
                    addresses.add(address);
                }
            }
        }
        if (addresses.isEmpty()) {
            throw new CorruptDataException(MIRROR_LIST, 0, "has no address", "at least one");
        }
        return new MirrorList(addresses);
    }

    static String address(String text) throws CorruptDataException {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme();
            if (List.of("https", "http", "ftp", "file").contains(scheme) && uri.getPath() != null) {
                return text.replaceAll("/+$", "");
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new CorruptDataException(
                MIRROR_LIST, FormatException.NO_OFFSET, "has \"" + XmlReader.shown(text) + "\"", "an address");
    }
}
