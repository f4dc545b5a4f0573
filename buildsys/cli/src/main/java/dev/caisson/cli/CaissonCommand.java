package dev.caisson.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
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
            "9 verification found a difference, 10 publishing, 11 a package cannot be built."
        })
final class CaissonCommand implements Runnable {
    /** Each has its name in its annotation, and here, so that a start need not look at all of them. */
    private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("build", BuildCommand.class);
        COMMANDS.put("boot", BootCommand.class);
        COMMANDS.put("verify", VerifyCommand.class);
        COMMANDS.put("inspect", InspectCommand.class);
        COMMANDS.put("diff", DiffCommand.class);
        COMMANDS.put("convert", ConvertCommand.class);
        COMMANDS.put("publish", PublishCommand.class);
        COMMANDS.put("resolve", ResolveCommand.class);
        COMMANDS.put("lock", LockCommand.class);
        COMMANDS.put("plan", PlanCommand.class);
        COMMANDS.put("variant", VariantCommand.class);
        COMMANDS.put("keys", KeysCommand.class);
        COMMANDS.put("rpm", RpmCommand.class);
        COMMANDS.put("repo", RepoCommand.class);
        COMMANDS.put("kit", KitCommand.class);
        COMMANDS.put("package", PackageCommand.class);
        COMMANDS.put("cache", CacheCommand.class);
        COMMANDS.put("doctor", DoctorCommand.class);
        COMMANDS.put("generate-completion", picocli.AutoComplete.GenerateCompletion.class);
        COMMANDS.put("warm-up", WarmUpCommand.class);
    }

    @picocli.CommandLine.Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    /**
     * The command tree, or as much of it as these words need: reading every command's annotations takes longer than an
     * unchanged build.
     */
    static CommandLine tree(String... words) {
        CommandLine tree = new CommandLine(new CaissonCommand());
        Class<?> only = words.length == 0 ? null : COMMANDS.get(words[0]);
        if (only != null && only != picocli.AutoComplete.GenerateCompletion.class) {
            tree.addSubcommand(words[0], only);
        } else {
            COMMANDS.forEach(tree::addSubcommand);
        }
        return tree;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
