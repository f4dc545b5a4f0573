package dev.caisson.publish.bundle;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A bundle that is complete.
 *
 * @param cloud {@code gce} or {@code azure}
 * @param folder where it is
 * @param files names of its files, the disk first
 * @param commands what is to be run in its folder, in order
 */
public record UploadBundle(String cloud, Path folder, List<String> files, List<Command> commands) {
    /** The script. */
    public static final String SCRIPT = "commands.sh";

    /** The same for machines. */
    public static final String LIST = "bundle.json";

    /** Copies. */
    public UploadBundle {
        files = List.copyOf(files);
        commands = List.copyOf(commands);
    }

    /**
     * One command.
     *
     * @param purpose what it is for
     * @param words the program and its arguments; a word that begins with {@code $} is a shell variable
     * @param into the shell variable that takes its output; empty for none
     */
    public record Command(String purpose, List<String> words, String into) {
        /** A command whose output is not needed. */
        public Command(String purpose, List<String> words) {
            this(purpose, words, "");
        }

        /** As a line for a POSIX shell. */
        public String line() {
            List<String> quoted = new ArrayList<>();
            words.forEach(word -> quoted.add(quoted(word)));
            String line = String.join(" ", quoted);
            return into.isEmpty() ? line : into + "=$(" + line + ")";
        }

        private static String quoted(String word) {
            if (word.matches("\\$[A-Z_]+")) {
                return "\"" + word + "\"";
            }
            return word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
        }
    }

    /** Writes script and list, when all other files are there. */
    void write() throws IOException {
        StringBuilder script =
                new StringBuilder("#!/bin/sh\n# Run in this folder, logged in with the cloud's command line.\n");
        script.append("set -eu\ncd \"$(dirname \"$0\")\"\n");
        for (Command command : commands) {
            script.append("\n# ")
                    .append(command.purpose)
                    .append('\n')
                    .append(command.line())
                    .append('\n');
        }
        Files.writeString(folder.resolve(SCRIPT), script, StandardCharsets.UTF_8);
        Files.write(folder.resolve(LIST), Json.prettyBytes(json()));
    }

    /** What is in it, with digests. */
    public JsonObject json() throws IOException {
        JsonArray all = JsonArray.of();
        for (String name : files) {
            try (FileSource source = FileSource.open(folder.resolve(name))) {
                all.add(JsonObject.of()
                        .put("name", name)
                        .put("size", source.size())
                        .put("sha256", DigestAlgorithm.SHA256.of(source).hex()));
            }
        }
        JsonArray lines = JsonArray.of();
        for (Command command : commands) {
            lines.add(JsonObject.of()
                    .put("purpose", command.purpose)
                    .put("command", command.line())
                    .putStrings("words", command.words));
        }
        return JsonObject.of().put("cloud", cloud).put("files", all).put("commands", lines);
    }
}
