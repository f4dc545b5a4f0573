package dev.caisson.engine.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What a machine has said on its serial console: read from a growing file, free of terminal control sequences. */
public final class SerialLog {
    /** CSI sequences, OSC strings, other two-character escapes, carriage returns and other control characters. */
    private static final Pattern CONTROL = Pattern.compile(
            "\u001b\\[[0-?]*[ -/]*[@-~]|\u001b\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)|\u001b[^\\[\\]]|[\\x00-\\x08\\x0b-\\x1f\\x7f]");

    private static final int MAX_BYTES = 64 << 20;

    private final Path file;
    private final Consumer<String> lines;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder open = new StringBuilder();
    private long position;

    /**
     * @param file where the emulator writes; it may not exist yet
     * @param lines gets each line when it is complete
     */
    SerialLog(Path file, Consumer<String> lines) {
        this.file = file;
        this.lines = lines;
    }

    /** Takes in what was written since the last call. */
    void poll() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = Math.min(channel.size(), MAX_BYTES);
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, size - position));
            while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) > 0) {}
            position += bytes.position();
            // Latin-1: a character that is cut in two must not disturb the rest.
            open.append(new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1));
        }
        for (int end = open.indexOf("\n"); end >= 0; end = open.indexOf("\n")) {
            line(open.substring(0, end));
            open.delete(0, end + 1);
        }
    }

    /** Takes the unfinished last line for finished, when the machine has stopped. */
    void finish() throws IOException {
        poll();
        if (open.length() > 0) {
            line(open.toString());
            open.setLength(0);
        }
    }

    private void line(String raw) {
        String plain = plain(raw);
        text.append(plain).append('\n');
        lines.accept(plain);
    }

    /** A line as a person sees it. */
    static String plain(String raw) {
        String bytes = CONTROL.matcher(raw).replaceAll("");
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Everything so far, with the unfinished last line. */
    public String text() {
        return text + plain(open.toString());
    }

    /** Number of characters in complete lines. */
    int length() {
        return text.length();
    }

    /**
     * Whether an expression matches.
     *
     * @param from where to begin, so that a long log is not searched again and again
     */
    boolean contains(Pattern expression, int from) {
        return expression.matcher(text).find(from)
                || expression.matcher(plain(open.toString())).find();
    }
}
