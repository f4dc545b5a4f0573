package dev.caisson.rpm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps all that a payload gives. */
final class Collected implements PayloadVisitor {
    final List<String> log = new ArrayList<>();
    final Map<String, byte[]> contents = new TreeMap<>();

    @Override
    public void directory(RpmFile file) {
        log.add("d " + file);
    }

    @Override
    public void file(RpmFile file, InputStream content) throws IOException {
        log.add("- " + file);
        contents.put(file.toString(), content.readAllBytes());
    }

    @Override
    public void hardLink(RpmFile file, RpmFile existing) {
        log.add("h " + file + " -> " + existing);
    }

    @Override
    public void symlink(RpmFile file) {
        log.add("l " + file + " -> " + new String(file.linkTarget(), StandardCharsets.UTF_8));
    }

    @Override
    public void special(RpmFile file) {
        boolean device = file.type() != RpmFile.Type.FIFO && file.type() != RpmFile.Type.SOCKET;
        log.add(file.type().letter() + " " + file
                + (device ? " " + file.deviceMajor() + ":" + file.deviceMinor() : ""));
    }
}
