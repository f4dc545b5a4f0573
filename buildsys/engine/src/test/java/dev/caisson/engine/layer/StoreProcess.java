package dev.caisson.engine.layer;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.DiskFull;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.erofs.ErofsCompression;
import dev.caisson.erofs.ErofsFormat;
import dev.caisson.fixture.DebBuilder;
import dev.caisson.fixture.TarBuilder;
import dev.caisson.verity.VerityParameters;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A process of its own that makes layers of the same packages in the same order as every other one of its kind. */
final class StoreProcess {
    private static final ErofsFormat FORMAT = new ErofsFormat(12, ErofsCompression.LZ4, 0, 65536);

    private StoreProcess() {}

    /** Arguments: the store, the folder of packages. Prints each layer's digest; 7 when the disk is full. */
    public static void main(String[] words) throws Exception {
        ArtifactStore store = ArtifactStore.open(Path.of(words[0]));
        try (WorkPool pool = new WorkPool(2);
                EncoderPool encoders = new EncoderPool(pool, FORMAT)) {
            LayerBuilder builder =
                    new LayerBuilder(encoders, store, VerityParameters.ofDefaults(new byte[] {1}), List.of());
            for (int i = 0; i < packages(); i++) {
                Path deb = Path.of(words[1], i + ".deb");
                var digest = DigestAlgorithm.SHA256.of(Files.readAllBytes(deb));
                Optional<StoredLayer> found = builder.find(digest);
                StoredLayer layer = found.isPresent() ? found.get() : builder.build(digest, deb);
                System.out.println(layer.blob().digest());
                layer.blob().close();
            }
        } catch (IOException e) {
            System.out.println(e);
            System.exit(DiskFull.isCauseOf(e) ? 7 : 1);
        }
    }

    static int packages() {
        return 24;
    }

    static void writePackages(Path folder) throws IOException {
        for (int i = 0; i < packages(); i++) {
            byte[] noise = new byte[20_000 * i];
            new Random(i).nextBytes(noise);
            TarBuilder data = new TarBuilder()
                    .directory("./")
                    .member(new TarBuilder.Header("./noise", '0'), noise)
                    .file("./text", ("text " + i + " ").repeat(20_000));
            Files.write(folder.resolve(i + ".deb"), DebBuilder.of(data));
        }
    }

    /** Starts one; with a limit for files in blocks of 512 bytes, where there is a shell that knows it. */
    static Process start(Path store, Path packages, Optional<Integer> fileBlocks) throws IOException {
        List<String> command = new ArrayList<>();
        fileBlocks.ifPresent(
                blocks -> command.addAll(List.of("/bin/sh", "-c", "ulimit -f " + blocks + " && exec \"$@\"", "sh")));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-cp",
                classPath(),
                StoreProcess.class.getName(),
                store.toString(),
                packages.toString()));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** A test launcher may have loaded this class by a loader of its own. */
    private static String classPath() {
        return StoreProcess.class.getClassLoader() instanceof URLClassLoader loader
                ? Stream.of(loader.getURLs())
                        .map(url -> Path.of(URI.create(url.toString())).toString())
                        .collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }

    static List<String> output(Process process) throws IOException, InterruptedException {
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        process.waitFor();
        return lines;
    }
}
