package dev.caisson.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code caisson publish …}. */
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        description =
                "Gives built images to clouds and hypervisors. --plan shows what would be done, without a connection.",
        synopsisSubcommandLabel = "WHERE",
        subcommands = {
            PublishAmiCommand.class,
            PublishOvaCommand.class,
            PublishGceCommand.class,
            PublishAzureCommand.class
        })
final class PublishCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
