package dev.caisson.engine.folder;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.compression.Codec;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.openpgp.OpenPgpSigner;
import dev.caisson.repository.rpmmd.Comps;
import dev.caisson.repository.rpmmd.Modules;
import dev.caisson.repository.rpmmd.RepomdFile;
import dev.caisson.repository.rpmmd.RpmMdWriter;
import dev.caisson.repository.rpmmd.RpmPackageMetadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Makes a folder of RPM packages a repository: writes its {@code repodata}. The same packages give the same bytes. Readers of the
 * folder see the old metadata or the new ones: {@code repomd.xml} is replaced last, and what it named before is deleted afterwards.
 */
public final class RepositoryCreation {
    private RepositoryCreation() {}

    /**
     * How to write.
     *
     * @param codec of the metadata: zstd, xz, gzip or none
     * @param changelogLimit how many changelog entries of each package are kept
     * @param groups a comps.xml
     * @param modules documents of modules in YAML
     * @param signer signs {@code repomd.xml}; none: a signature that is there is deleted
     * @param epochSeconds the repository's time in seconds since 1970; none: that of the newest package
     */
    public record Options(
            Codec codec,
            int changelogLimit,
            Optional<Path> groups,
            Optional<Path> modules,
            Optional<OpenPgpSigner> signer,
            OptionalLong epochSeconds) {}

    /**
     * What was made.
     *
     * @param packages their number
     * @param repomd SHA-256 of {@code repomd.xml}, which pins the repository
     * @param epochSeconds the repository's time
     */
    public record Created(int packages, Digest repomd, long epochSeconds) {}

    /** Writes the metadata of a folder, one package after the other. */
    public static Created create(Path root, Options options, Progress progress) throws BuildException, IOException {
        PackageFolder folder = new PackageFolder(root);
        List<PackageFolder.Entry> entries = folder.rpms();
        Comps comps = comps(options);
        // The newest package's time stands in the document's beginning, so it is known before the documents are
        // written.
        long epoch = options.epochSeconds.isPresent() ? options.epochSeconds.getAsLong() : newest(folder, entries);
        RpmMdWriter.Options how = new RpmMdWriter.Options(
                options.codec, epoch, options.changelogLimit, comps, List.of(), modules(options));
        byte[] repomd;
        try (RpmMdWriter writer = RpmMdWriter.into(root, entries.size(), how)) {
            int done = 0;
            for (PackageFolder.Entry entry : entries) {
                RpmPackageMetadata p = folder.rpm(entry);
                writer.add(p);
                progress.count("packages", ++done, entries.size(), false);
            }
            repomd = writer.finish();
        }
        publish(root, repomd, options, epoch);
        return new Created(entries.size(), DigestAlgorithm.SHA256.of(repomd), epoch);
    }

    private static long newest(PackageFolder folder, List<PackageFolder.Entry> entries)
            throws BuildException, IOException {
        long newest = 0;
        for (PackageFolder.Entry entry : entries) {
            newest = Math.max(newest, folder.rpmBuildTime(entry));
        }
        return newest;
    }

    private static Comps comps(Options options) throws BuildException, IOException {
        if (options.groups.isEmpty()) {
            return Comps.NONE;
        }
        try (InputStream in = Files.newInputStream(options.groups.get())) {
            return Comps.parse(in);
        } catch (FormatException | NoSuchFileException e) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "the groups in " + options.groups.get() + " cannot be read: " + e.getMessage(),
                    "give a comps.xml",
                    e);
        }
    }

    private static String modules(Options options) throws BuildException, IOException {
        if (options.modules.isEmpty()) {
            return "";
        }
        try {
            byte[] document = Files.readAllBytes(options.modules.get());
            Modules.parse(new ByteArrayInputStream(document));
            return new String(document, StandardCharsets.UTF_8);
        } catch (FormatException | NoSuchFileException e) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "the modules in " + options.modules.get() + " cannot be read: " + e.getMessage(),
                    "give a modules.yaml",
                    e);
        }
    }

    private static void publish(Path root, byte[] repomd, Options options, long epoch)
            throws BuildException, IOException {
        Path document = root.resolve(RepomdFile.PATH);
        Path signature = root.resolve(RepomdFile.SIGNATURE_PATH);
        Set<String> old = locations(document);
        Optional<byte[]> signed = Optional.empty();
        if (options.signer.isPresent()) {
            try {
                OpenPgpSigner signer = options.signer.get();
                Instant packages = Instant.ofEpochSecond(epoch);
                // A key may be younger than the newest package.
                Instant time = packages.isBefore(signer.keyCreated()) ? signer.keyCreated() : packages;
                String armored = OpenPgpSigner.armored(signer.sign(ByteSource.of(repomd), time));
                signed = Optional.of(armored.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new BuildException(FailureCode.SIGNING, "the repository cannot be signed", "", e);
            }
        }
        replace(document, repomd);
        if (signed.isPresent()) {
            replace(signature, signed.get());
        } else {
            Files.deleteIfExists(signature);
        }
        old.removeAll(locations(document));
        for (String location : old) {
            Files.deleteIfExists(root.resolve(location));
        }
    }

    /** The metadata files beside a repomd.xml that it names; none when there is none that can be read. */
    private static Set<String> locations(Path document) throws IOException {
        Set<String> locations = new HashSet<>();
        try {
            for (RepomdFile.Data data :
                    RepomdFile.parse(Files.readAllBytes(document)).data().values()) {
                if (data.base().isEmpty() && data.location().matches("repodata/[^/]+")) {
                    locations.add(data.location());
                }
            }
        } catch (NoSuchFileException | FormatException e) {
            locations.clear();
        }
        return locations;
    }

    private static void replace(Path target, byte[] bytes) throws IOException {
        Path temporary = target.resolveSibling(".building-" + target.getFileName());
        try {
            Files.write(temporary, bytes);
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
