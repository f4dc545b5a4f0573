package dev.caisson.boottest;

import dev.caisson.manifest.Arch;
import dev.caisson.testkit.DiskCopy;
import dev.caisson.testkit.TestBuild;
import dev.caisson.testkit.TestBuild.Built;
import dev.caisson.testkit.TestMachine;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** The image that all boot tests start: built once for an architecture, and never written to. */
final class SelfTestImage {
    private static final Map<Arch, Built> BUILT = new EnumMap<>(Arch.class);

    private SelfTestImage() {}

    /** Where consoles are logged. */
    static Path logs() {
        return TestBuild.repository().resolve("target").resolve("boot-logs");
    }

    /** Builds it at the first call; the test is skipped where it could not be started. */
    static Built of(Arch architecture) throws Exception {
        TestMachine.require(architecture);
        // One at a time: both write the fork's lock.
        synchronized (BUILT) {
            Built built = BUILT.get(architecture);
            if (built == null) {
                built = build(architecture);
                BUILT.put(architecture, built);
            }
            return built;
        }
    }

    private static Built build(Arch architecture) throws Exception {
        Path work = TemporaryFolder.create("caisson-selftest-" + architecture.label());
        return TestBuild.build(variant(work), "selftest", "0.1.0", architecture, work);
    }

    /** Puts the variant into a folder, as a fork of the repository's container host. */
    static Path variant(Path work) throws Exception {
        Path resources = Path.of(SelfTestImage.class
                        .getResource("/selftest/variant.yaml")
                        .toURI())
                .getParent();
        return TestBuild.copyVariant(
                resources,
                work.resolve("selftest"),
                "@CONTAINER_HOST@",
                TestBuild.repository()
                        .resolve("variants")
                        .resolve("container-host")
                        .toAbsolutePath()
                        .toString());
    }

    /** A disk for one test, in its own folder. */
    static DiskCopy disk(Arch architecture, Path folder) throws Exception {
        return DiskCopy.of(of(architecture), folder.resolve("disk"));
    }
}
