package dev.caisson.engine.formats;

import dev.caisson.bytes.ByteSource;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.BuildSeed;
import dev.caisson.pe.PeImage;
import dev.caisson.signing.EcdsaKey;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a build hands to the formats that are more than the disk in another form.
 *
 * @param disk the whole disk
 * @param aroundRoot the same without root and hash tree: partition tables and ESP
 * @param root the root file system
 * @param rootOffset where it lies on the disk; empty when the layout has no place for it
 * @param hashTree its dm-verity tree; empty without
 * @param hashOffset where that lies on the disk
 * @param rootHash in hexadecimal; empty without dm-verity
 * @param boot kernel and what starts with it
 * @param seed source of identities
 * @param epochSeconds the build's time
 */
public record BootParts(
        DiskImage disk,
        DiskImage aroundRoot,
        DiskImage root,
        OptionalLong rootOffset,
        Optional<ByteSource> hashTree,
        OptionalLong hashOffset,
        String rootHash,
        Boot boot,
        BuildSeed seed,
        long epochSeconds) {
    /**
     * The kernel, and what is started with it.
     *
     * @param kernel the boot image
     * @param kernelVersion as {@code uname -r} says
     * @param initrd compressed; empty when there is none
     * @param commandLine of the disk's kernel image
     * @param images makes kernel images with another command line or initrd
     * @param enclaveKey signs enclave images; empty: they are not signed
     */
    public record Boot(
            ByteSource kernel,
            String kernelVersion,
            Optional<byte[]> initrd,
            String commandLine,
            KernelImages images,
            Optional<EcdsaKey> enclaveKey) {}

    /** Makes signed kernel images, as the disk has one. */
    @FunctionalInterface
    public interface KernelImages {
        /** The image with this command line and this initrd. */
        PeImage of(String commandLine, ByteSource initrd) throws BuildException, IOException;
    }
}
