package dev.caisson.engine.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Writes packages for tests, right and wrong ones. */
final class DebBuilder {
    static final String CONTROL = "Package: evil\nVersion: 1.0-1\nArchitecture: all\nDescription: x\n";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    DebBuilder() {
        out.writeBytes("!<arch>\n".getBytes(StandardCharsets.US_ASCII));
    }

    DebBuilder member(String name, byte[] content) {
        out.writeBytes(
                String.format(Locale.ROOT, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", name, 0, 0, 0, "100644", content.length)
                        .getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(content);
        if (content.length % 2 != 0) {
            out.write('\n');
        }
        return this;
    }

    DebBuilder version() {
        return member("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
    }

    DebBuilder control() throws IOException {
        return member(
                "control.tar.gz",
                gzip(new TarBuilder().directory("./").file("./control", CONTROL).finished()));
    }

    byte[] finished() {
        return out.toByteArray();
    }

    /** A package of this data archive, which is not compressed. */
    static byte[] of(TarBuilder data) throws IOException {
        return new DebBuilder()
                .version()
                .control()
                .member("data.tar", data.finished())
                .finished();
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        }
        return compressed.toByteArray();
    }
}
