package dev.caisson.cli;

import picocli.CommandLine.Command;

/** The top of the command tree. */
@Command(
        name = "caisson",
        mixinStandardHelpOptions = true,
        version = "caisson 0.1.0",
        description = "Builds signed, verified, bootable OS images from distribution packages.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  caisson build container-host           build a variant into out/container-host/<arch>/",
            "  caisson boot container-host            start it in QEMU with Secure Boot on",
            "  caisson variant fork container-host ~/my-host",
            "                                         make a variant of your own from it",
            "",
            "Exit codes: 0 done, 1 internal error, 2 usage, 3 invalid manifest, 4 cannot resolve,",
            "5 a source cannot be fetched or verified, 6 content conflict, 7 does not fit, 8 signing or key,",
            "9 verification found a difference, 10 publishing."
        },
        subcommands = {
            BuildCommand.class,
            BootCommand.class,
            VerifyCommand.class,
            InspectCommand.class,
            DiffCommand.class,
            ResolveCommand.class,
            LockCommand.class,
            PlanCommand.class,
            VariantCommand.class,
            KeysCommand.class,
            CacheCommand.class,
            DoctorCommand.class,
            picocli.AutoComplete.GenerateCompletion.class,
            WarmUpCommand.class,
        })
final class CaissonCommand implements Runnable {
    @picocli.CommandLine.Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
