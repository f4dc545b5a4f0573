package dev.caisson.publish.aws;

import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Diagnostic;
import dev.caisson.manifest.ManifestLoader;
import dev.caisson.manifest.ManifestResult;
import dev.caisson.manifest.Variant;
import dev.caisson.publish.aws.stub.AwsStub;
import dev.caisson.publish.aws.stub.Cloud;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** A manifest, disks and a publisher for the tests. */
final class Fixture implements AutoCloseable {
    static final int BLOCK = SnapshotBlocks.BLOCK_BYTES;
    static final String HOME = "eu-central-1";
    static final String OTHER = "us-east-1";
    static final String FRIEND = "444455556666";

    static final String SECTION = """
            ami:
              regions: [eu-central-1, us-east-1]
              secure-boot: false
              tags: {team: platform}
              deprecate-after: 365
              grants:
                accounts: ["444455556666"]
                organizations: ["arn:aws:organizations::111122223333:organization/o-abc1234567"]
              ssm:
                - {name: "/c/{variant}/{arch}/{version}/image_id", value: "{image_id}"}
                - {name: "/c/{variant}/{arch}/{version}/image_version", value: "{version}"}
            """;

    final Path folder;
    final AwsStub stub = new AwsStub();
    final List<String> said = new CopyOnWriteArrayList<>();
    private final WorkPool pool = new WorkPool(2);
    private int manifests;
    private long seed;

    Fixture(Path folder) throws IOException {
        this.folder = folder;
    }

    @Override
    public void close() {
        stub.close();
        pool.close();
    }

    Cloud cloud() {
        return stub.cloud();
    }

    Path manifest(String version, String section) throws IOException {
        Path file = folder.resolve("manifest" + manifests++).resolve("variant.yaml");
        Files.createDirectories(file.getParent());
        Files.write(file.resolveSibling("keys.gpg"), new byte[] {1});
        Files.writeString(file, """
                schema: 1
                name: host
                version: %s
                description: a test
                repositories: [{name: debian, type: apt, archive: debian, suites: [trixie], keyring: keys.gpg}]
                kernel: {package: linux-image}
                """.formatted(version) + section);
        return file;
    }

    Variant variant(String version, String section) throws IOException {
        ManifestResult result = ManifestLoader.load(manifest(version, section));
        if (!result.ok()) {
            throw new AssertionError(Diagnostic.text(result.diagnostics()));
        }
        return result.variants().get(Arch.X86_64);
    }

    /** A disk of some blocks, of which those named hold bytes from their seeds; others are holes. */
    Path disk(String name, int blocks, Map<Integer, Integer> seeds) throws IOException {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength((long) blocks * BLOCK - 4096);
            for (Map.Entry<Integer, Integer> block : new TreeMap<>(seeds).entrySet()) {
                byte[] bytes = new byte[4096];
                new Random(block.getValue()).nextBytes(bytes);
                out.seek((long) block.getKey() * BLOCK + 512);
                out.write(bytes);
            }
        }
        return file;
    }

    AmiPublishing.Order order(Variant variant, Path image) {
        return new AmiPublishing.Order(
                variant, image, List.of(), folder.resolve("state"), Optional.empty(), Optional.empty(), false);
    }

    AmiPublishing publishing(ExecutionInterceptor... interceptors) {
        return new AmiPublishing(
                new Progress() {
                    @Override
                    public void note(String text) {
                        said.add(text);
                    }

                    @Override
                    public void warning(String text) {
                        said.add(text);
                    }
                },
                pool,
                new Random(seed++),
                new AmiPublishing.Surroundings(
                        time -> Thread.onSpinWait(),
                        Optional.of(StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(AwsStub.ACCESS_KEY, AwsStub.SECRET_KEY))),
                        List.of(interceptors),
                        Optional.of(stub.endpoint())));
    }

    SnapshotBlocks blocks(Path disk) throws Exception {
        try (dev.caisson.bytes.FileSource source = dev.caisson.bytes.FileSource.open(disk)) {
            return SnapshotBlocks.of(dev.caisson.diskimage.DiskFormat.open(source), pool, Progress.NONE);
        }
    }
}
