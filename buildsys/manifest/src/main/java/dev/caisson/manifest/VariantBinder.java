package dev.caisson.manifest;

import dev.caisson.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes the variant from the merged manifest and finds what only the whole shows. */
final class VariantBinder {
    private final Arch arch;
    private final Path file;
    private final String name;
    private final boolean image;
    private final Fields root;
    private final Findings findings;

    VariantBinder(Arch arch, Path file, String name, boolean image, YamlNode.Mapping merged, Findings findings) {
        this.arch = arch;
        this.file = file;
        this.name = name;
        this.image = image;
        this.root = new Fields(merged, findings);
        this.findings = findings;
    }

    Variant bind() {
        PackageBinder packageBinder = new PackageBinder(root);
        RootBinder rootBinder = new RootBinder(root);
        DiskBinder diskBinder = new DiskBinder(root);
        KernelSpec kernel = kernel();
        List<PackageSpec> packages =
                packageBinder.packages(Optional.of(kernel.packageName()).filter(p -> !p.isEmpty()));
        VeritySpec verity = diskBinder.verity();
        return new Variant(
                name,
                version(),
                root.text("description", ""),
                branding(),
                arch,
                file,
                packageBinder.repositories(),
                packages,
                RpmBinder.groups(root),
                RpmBinder.moduleSpecs(root),
                packageBinder.exclude(packages),
                root.flag("weak-dependencies", false),
                rootBinder.files(),
                rootBinder.users(),
                rootBinder.groups(),
                rootBinder.units(),
                packageBinder.scripts(),
                packageBinder.conflicts(),
                rootBinder.remove(),
                RpmContentBinder.bind(root),
                SelinuxBinder.bind(root),
                kernel,
                diskBinder.initrd(),
                diskBinder.filesystem(),
                verity,
                diskBinder.layout(verity),
                boot(),
                signing(),
                formats(),
                new OvaBinder(root).bind(),
                updates(),
                budget(),
                new LifecycleSpec(root.map("lifecycle").text("support-end").map(LocalDate::parse)),
                new AmiBinder(root, signing().secureBoot()).bind(),
                root.text("hostname"),
                root.text("timezone"),
                root.text("locale", "C.UTF-8"),
                root.text("default-target", "multi-user.target"),
                extras(),
                epoch());
    }

    private String version() {
        if (image && !root.has("version")) {
            findings.error(root.at(), "\"version\" is missing", "add the image's version, such as version: 1.0.0");
        }
        return root.text("version", "0.0.0");
    }

    private KernelSpec kernel() {
        Fields kernel = root.map("kernel");
        if (image && !kernel.has("package")) {
            findings.error(
                    root.at("kernel"),
                    "\"kernel\" lacks \"package\" for " + arch.label(),
                    "for example kernel: {package: linux-image-cloud-" + arch.debianName() + "}");
        }
        boolean all = !(kernel.node("modules") instanceof YamlNode.Sequence);
        return new KernelSpec(
                kernel.text("package", ""),
                kernel.texts("parameters"),
                all,
                all ? List.of() : RootBinder.distinct(kernel.texts("modules")));
    }

    private Branding branding() {
        Fields branding = root.map("branding");
        return new Branding(
                branding.text("id", "caisson"),
                RootBinder.distinct(branding.texts("id-like")),
                branding.text("name", "Caisson"),
                branding.text("pretty-name"),
                branding.text("vendor"),
                branding.text("home-url"),
                branding.text("documentation-url"),
                branding.text("support-url"),
                branding.text("bug-report-url"));
    }

    private BootSpec boot() {
        Fields boot = root.map("boot");
        BootType type = boot.choice("type", BootType.class, BootType.SYSTEMD_BOOT);
        if (type == BootType.UKI && boot.wholeInt("tries").orElse(0) > 0) {
            findings.error(
                    boot.at("tries"),
                    "boot counting needs a boot loader",
                    "set tries: 0, or type: " + BootType.SYSTEMD_BOOT.label());
        }
        int tries = boot.wholeInt("tries").orElse(type == BootType.UKI ? 0 : 3);
        return new BootSpec(type, tries, boot.wholeInt("timeout").orElse(0));
    }

    private SigningSpec signing() {
        Fields signing = root.map("signing");
        return new SigningSpec(signing.text("profile", "development"), signing.flag("secure-boot", true));
    }

    private List<String> formats() {
        List<String> formats = RootBinder.distinct(root.texts("formats"));
        return formats.isEmpty() ? List.of("raw") : formats;
    }

    private UpdatesSpec updates() {
        Fields updates = root.map("updates");
        return new UpdatesSpec(updates.text("url"), updates.flag("verify", true));
    }

    private BudgetSpec budget() {
        Fields budget = root.map("budget");
        return new BudgetSpec(budget.size("image-size"), budget.wholeInt("packages"), budget.wholeInt("setuid-files"));
    }

    private JsonObject extras() {
        return root.node("extras") instanceof YamlNode.Mapping map ? YamlJson.object(map) : JsonObject.of();
    }

    private OptionalLong epoch() {
        Optional<String> text = root.text("epoch");
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                text.get().endsWith("Z") ? Instant.parse(text.get()).getEpochSecond() : Long.parseLong(text.get()));
    }
}
