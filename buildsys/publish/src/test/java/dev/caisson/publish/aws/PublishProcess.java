package dev.caisson.publish.aws;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.ManifestLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Publishes in a process of its own, with the SDK's chain of credentials and the real clock: manifest, image, state. */
final class PublishProcess {
    private PublishProcess() {}

    public static void main(String[] args) throws Exception {
        try (WorkPool pool = new WorkPool(1)) {
            AmiPublishing publishing = new AmiPublishing(
                    new Progress() {
                        @Override
                        public void note(String text) {
                            System.out.println(text);
                        }
                    },
                    pool,
                    System.nanoTime());
            AmiPublishing.Report report = publishing.publish(new AmiPublishing.Order(
                    ManifestLoader.load(Path.of(args[0])).variants().get(Arch.X86_64),
                    Path.of(args[1]),
                    List.of(),
                    Path.of(args[2]),
                    Optional.empty(),
                    Optional.empty(),
                    false));
            report.lines().forEach(System.out::println);
        } catch (BuildException e) {
            System.out.println(e.getMessage() + " | " + e.hint());
            System.exit(e.code().exitCode());
        }
    }
}
