package dev.caisson.cli;

import dev.caisson.publish.bundle.AzureBundle;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code caisson publish azure}. */
@Command(
        name = "azure",
        mixinStandardHelpOptions = true,
        description = {
            "Makes an upload bundle for an Azure Compute Gallery: a fixed VHD, the request with the Secure Boot"
                    + " certificates, and the exact az and azcopy commands. Sends nothing itself, and needs no"
                    + " credentials."
        },
        footer = {
            "",
            "Examples:",
            "  caisson publish azure container-host --resource-group images --location westeurope --gallery hosts \\",
            "      --definition container-host",
            "",
            "Exit codes: 0 done, 2 usage, 3 invalid manifest, 8 no key profile."
        })
final class PublishAzureCommand implements Callable<Integer>, VerboseCommand {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BundleOptions bundle;

    @Option(names = "--resource-group", required = true, paramLabel = "NAME", description = "The resource group.")
    private String resourceGroup;

    @Option(names = "--location", required = true, paramLabel = "NAME", description = "The region.")
    private String location;

    @Option(names = "--gallery", required = true, paramLabel = "NAME", description = "The gallery, which exists.")
    private String gallery;

    @Option(
            names = "--definition",
            required = true,
            paramLabel = "NAME",
            description = "The image definition, which exists: generation V2, Linux, generalized.")
    private String definition;

    @Override
    public boolean verbose() {
        return bundle.verbose();
    }

    @Override
    public Integer call() throws Exception {
        AzureBundle.Target target = new AzureBundle.Target(resourceGroup, location, gallery, definition);
        return bundle.run(
                spec,
                "azure",
                (image, disk, folder, conversion, epoch) ->
                        AzureBundle.make(image, disk, folder, target, conversion, epoch));
    }
}
