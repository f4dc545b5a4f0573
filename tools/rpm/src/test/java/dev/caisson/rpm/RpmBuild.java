package dev.caisson.rpm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Packages made by rpmbuild. */
final class RpmBuild {
    /** Every payload that rpm 4.18 writes: its io flags and the codec that they mean. */
    static final List<String> PAYLOADS =
            List.of("w.ufdio", "w9.gzdio", "w9.bzdio", "w6.xzdio", "w9.lzdio", "w3.zstdio");

    private RpmBuild() {}

    /** A package with all that a spec file can say, in one of {@link #PAYLOADS}. */
    static Path full(Path folder, String payload) throws IOException, InterruptedException {
        return build(
                folder,
                "full",
                payload,
                new String(
                        RpmBuild.class
                                .getResourceAsStream("/dev/caisson/rpm/full.spec")
                                .readAllBytes(),
                        StandardCharsets.UTF_8));
    }

    /** Builds the package of a spec file, whose name it must have. */
    static Path build(Path folder, String name, String payload, String spec) throws IOException, InterruptedException {
        Path work = Files.createDirectories(folder.resolve(name + "-" + payload));
        Path file = Files.writeString(work.resolve(name + ".spec"), spec);
        List<String> command = new ArrayList<>(List.of("rpmbuild", "-bb", "--target", "x86_64"));
        for (String define : List.of(
                "_topdir " + work.resolve("top"),
                "_rpmdir " + work,
                "_rpmfilename %%{NAME}.rpm",
                "_binary_payload " + payload,
                "_buildhost build.example",
                "use_source_date_epoch_as_buildtime 1")) {
            command.add("--define");
            command.add(define);
        }
        command.add(file.toString());
        Oracle.run(work, command.toArray(String[]::new));
        return work.resolve(name + ".rpm");
    }
}
