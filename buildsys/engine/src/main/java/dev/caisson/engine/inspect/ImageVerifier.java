package dev.caisson.engine.inspect;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.Progress;
import dev.caisson.engine.inspect.DiskVerifier.Deferred;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.verity.VeritySuperblock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks an image, or everything that a build has left in its folder. Damage of any kind is a finding; the exceptions are for
 * files that are not there. For one use.
 */
public final class ImageVerifier {
    private final TrustedCertificates trusted;
    private final boolean unsignedAllowed;
    private final ParallelReads reads;
    private final Findings findings = new Findings();
    private final List<Deferred> deferred = new ArrayList<>();
    private final List<FileSource> open = new ArrayList<>();

    /**
     * @param trusted what signatures are checked against
     * @param unsignedAllowed whether programs without any signature pass
     * @param pool where the long reads run
     * @param progress hears how many bytes were read
     */
    public ImageVerifier(TrustedCertificates trusted, boolean unsignedAllowed, WorkPool pool, Progress progress) {
        this.trusted = trusted;
        this.unsignedAllowed = unsignedAllowed;
        this.reads = new ParallelReads(pool, progress, "verified");
    }

    /**
     * Verifies.
     *
     * @param path an image, or a folder with {@code artifacts.json} and a disk image
     * @throws BuildException when there is nothing to verify
     */
    public VerificationReport verify(Path path) throws Exception {
        Path file = Files.isDirectory(path) ? ImageFile.ofFolder(path) : path;
        try (ImageFile image = ImageFile.open(file)) {
            digests(image, Files.isDirectory(path));
            switch (image.kind()) {
                case DISK -> disk(image);
                case EROFS -> deferred.add(RootVerifier.fileSystem(reads, image.source(), name(file)));
                case FAT -> deferred.addAll(diskVerifier(image).fileSystem(image.source(), name(file)));
                case EFI -> programs().verify(EfiProgram.read(name(file), image.source()), name(file));
                case VERITY -> hashDevice(image);
                case UNKNOWN ->
                    findings.failed(
                            "image", name(file), "is no disk, EROFS or FAT file system, EFI program or hash device");
            }
            for (Deferred check : deferred) {
                check.report(findings);
            }
        } finally {
            for (FileSource source : open) {
                source.close();
            }
        }
        return new VerificationReport(path, findings.checks());
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private EfiVerifier programs() {
        return new EfiVerifier(trusted, unsignedAllowed, findings);
    }

    private DiskVerifier diskVerifier(ImageFile image) {
        return new DiskVerifier(image.source(), programs(), reads, findings);
    }

    private void disk(ImageFile image) throws IOException {
        deferred.addAll(diskVerifier(image).verify());
    }

    private void hashDevice(ImageFile image) {
        String where = name(image.path());
        findings.attempt("verity superblock", where, () -> {
            VeritySuperblock superblock = VeritySuperblock.readFrom(image.source(), 0);
            return superblock.layout().parameters() + ", " + superblock.layout().dataBlocks() + " data blocks";
        });
        findings.notChecked("verity tree", where, "needs the root hash and the data: verify the disk image");
    }

    /** Compares digests with the list beside the image: all that it names for a folder, else the image's alone. */
    private void digests(ImageFile image, boolean all) throws IOException {
        Path folder = image.path().toAbsolutePath().normalize().getParent();
        Optional<ArtifactList> list;
        try {
            list = ArtifactList.read(folder);
        } catch (FormatException e) {
            findings.failed("artifact list", ArtifactList.NAME, e.getMessage());
            return;
        }
        if (list.isEmpty()) {
            findings.notChecked("artifact digest", name(image.path()), "no " + ArtifactList.NAME + " lies beside it");
            return;
        }
        if (list.get().entry(name(image.path())).isEmpty()) {
            findings.notChecked("artifact digest", name(image.path()), ArtifactList.NAME + " does not name it");
        }
        for (ArtifactList.Entry entry : list.get().entries()) {
            if (all || entry.name().equals(name(image.path()))) {
                digest(folder.resolve(entry.name()), entry);
            }
        }
    }

    private void digest(Path file, ArtifactList.Entry entry) throws IOException {
        if (!Files.isRegularFile(file)) {
            deferred.add(out -> out.failed("artifact digest", entry.name(), "the file is not there"));
            return;
        }
        FileSource source = FileSource.open(file);
        open.add(source);
        if (source.size() != entry.sizeBytes()) {
            long size = source.size();
            deferred.add(out -> out.failed(
                    "artifact digest", entry.name(), "has " + size + " bytes, expected " + entry.sizeBytes()));
            return;
        }
        WorkPool.Item<String> item = reads.fork(
                source.size(),
                () -> DigestAlgorithm.SHA256.of(reads.counted(source)).hex());
        deferred.add(out -> {
            try {
                String actual = item.get();
                boolean same = actual.equals(entry.sha256());
                out.require(
                        "artifact digest",
                        entry.name(),
                        same,
                        same ? "sha256:" + actual : "sha256:" + actual + ", expected sha256:" + entry.sha256());
            } catch (IOException e) {
                out.failed("artifact digest", entry.name(), Findings.message(e));
            }
        });
    }
}
