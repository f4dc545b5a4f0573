package dev.caisson.cli;

import dev.caisson.publish.bundle.GceBundle;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code caisson publish gce}. */
@Command(
        name = "gce",
        mixinStandardHelpOptions = true,
        description = {
            "Makes an upload bundle for Google Compute Engine: disk.raw in a tar.gz, the Secure Boot certificates, and"
                    + " the exact gcloud commands. Sends nothing itself, and needs no credentials."
        },
        footer = {
            "",
            "Examples:",
            "  caisson publish gce container-host --bucket my-images",
            "  caisson publish gce container-host --bucket my-images --project p1 --family hosts --json",
            "",
            "Exit codes: 0 done, 2 usage, 3 invalid manifest, 8 no key profile."
        })
final class PublishGceCommand implements Callable<Integer>, VerboseCommand {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BundleOptions bundle;

    @Option(names = "--bucket", required = true, paramLabel = "NAME", description = "A bucket of Cloud Storage.")
    private String bucket;

    @Option(names = "--project", paramLabel = "ID", description = "Default: the one that gcloud is set to.")
    private String project;

    @Option(names = "--family", paramLabel = "NAME", description = "The image's family. Default: none.")
    private String family;

    @Override
    public boolean verbose() {
        return bundle.verbose();
    }

    @Override
    public Integer call() throws Exception {
        GceBundle.Target target =
                new GceBundle.Target(bucket, Optional.ofNullable(project), Optional.ofNullable(family));
        return bundle.run(
                spec,
                "gce",
                (image, disk, folder, conversion, epoch) ->
                        GceBundle.make(image, disk, folder, target, conversion, epoch));
    }
}
