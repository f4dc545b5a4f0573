package dev.caisson.manifest;

import dev.caisson.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Everything that a manifest says for one architecture, with all defaults filled in.
 *
 * @param name name of the variant: lower-case letters, digits, {@code -}; not inherited, default: the folder's name
 * @param version semantic version of the image
 * @param description one line for people; default empty
 * @param branding os-release(5)
 * @param architecture the machine
 * @param file the manifest
 * @param repositories where packages come from, in declared order; at least one
 * @param packages what is asked for, in declared order, no name twice; the kernel's package is not repeated here
 * @param packageGroups groups of packages asked for, of RPM repositories
 * @param modules module streams of RPM repositories that are not the default
 * @param exclude packages that are taken as installed without being there
 * @param weakDependencies whether Recommends count; default false
 * @param files what is put over the packages, in declared order
 * @param users users beside those of the packages
 * @param groups groups beside those of the packages
 * @param units which units run
 * @param scripts what is known of maintainer scripts, in declared order; the first rule that matches counts
 * @param conflicts which package wins where several ship a path
 * @param remove what is taken out in the end
 * @param rpm what of RPM packages enters the image
 * @param selinux labels of files
 * @param kernel the kernel
 * @param initrd the initrd
 * @param filesystem the root file system
 * @param verity dm-verity
 * @param layout the partitions
 * @param boot the boot loader
 * @param signing the keys
 * @param formats disk image formats, no name twice; default {@code raw}
 * @param ova the virtual machine of the format {@code ova}
 * @param updates the updater's configuration
 * @param budget upper limits
 * @param lifecycle the time of support
 * @param ami the Amazon machine image
 * @param hostname static host name; default none (transient {@code localhost})
 * @param timezone name in the tz database; default UTC without a link
 * @param locale {@code LANG}; default {@code C.UTF-8}
 * @param defaultTarget systemd unit; default {@code multi-user.target}
 * @param extras free-form values for machines; copied into the artifact manifest, without effect on the image
 * @param epoch the time of everything in the image, in seconds since 1970; default: see BuildEpoch
 */
public record Variant(
        String name,
        String version,
        String description,
        Branding branding,
        Arch architecture,
        Path file,
        List<RepositorySpec> repositories,
        List<PackageSpec> packages,
        List<PackageGroupSpec> packageGroups,
        List<ModuleSpec> modules,
        List<ExcludeSpec> exclude,
        boolean weakDependencies,
        List<FileSpec> files,
        List<UserSpec> users,
        List<GroupSpec> groups,
        UnitSpec units,
        List<ScriptRule> scripts,
        List<WinnerSpec> conflicts,
        List<RemoveSpec> remove,
        RpmSpec rpm,
        SelinuxSpec selinux,
        KernelSpec kernel,
        InitrdSpec initrd,
        FilesystemSpec filesystem,
        VeritySpec verity,
        LayoutSpec layout,
        BootSpec boot,
        SigningSpec signing,
        List<String> formats,
        OvaSpec ova,
        UpdatesSpec updates,
        BudgetSpec budget,
        LifecycleSpec lifecycle,
        AmiSpec ami,
        Optional<String> hostname,
        Optional<String> timezone,
        String locale,
        String defaultTarget,
        JsonObject extras,
        OptionalLong epoch) {
    /** The image formats that a manifest may name. */
    public static final List<String> FORMATS = List.of(
            "raw",
            "raw.zst",
            "raw.gz",
            "raw.xz",
            "raw.lz4",
            "qcow2",
            "vmdk",
            "vmdk-sparse",
            "vhd",
            "vhd-dynamic",
            "vhdx",
            "gce",
            "ova",
            "iso",
            "pxe",
            "eif",
            "oci");

    /** Copies. */
    public Variant {
        repositories = List.copyOf(repositories);
        packages = List.copyOf(packages);
        packageGroups = List.copyOf(packageGroups);
        modules = List.copyOf(modules);
        exclude = List.copyOf(exclude);
        files = List.copyOf(files);
        users = List.copyOf(users);
        groups = List.copyOf(groups);
        scripts = List.copyOf(scripts);
        conflicts = List.copyOf(conflicts);
        remove = List.copyOf(remove);
        formats = List.copyOf(formats);
    }
}
