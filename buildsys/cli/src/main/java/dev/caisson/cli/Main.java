package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.DiskFull;
import dev.caisson.engine.FailureCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import picocli.CommandLine;

/** Starts the program. */
public final class Main {
    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(new java.io.OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
        PrintWriter err = new PrintWriter(new java.io.OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        int code = run(args, out, err);
        out.flush();
        err.flush();
        // Worker and HTTP threads may still be there; nothing of the build is.
        Runtime.getRuntime().halt(code);
    }

    /** Runs a command; for tests and embedding. */
    public static int run(String[] args, PrintWriter out, PrintWriter err) {
        CommandLine commands = CaissonCommand.tree(args)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command, err))
                .setParameterExceptionHandler((failure, words) -> {
                    err.println("caisson: " + failure.getMessage());
                    CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
                    err.println("caisson: see 'caisson "
                            + failure.getCommandLine()
                                    .getCommandSpec()
                                    .qualifiedName(" ")
                                    .replaceFirst("^caisson ?", "")
                            + " --help'");
                    return FailureCode.USAGE.exitCode();
                });
        return commands.execute(args);
    }

    private static int report(Exception failure, CommandLine command, PrintWriter err) {
        boolean verbose = command.getCommand() instanceof VerboseCommand chosen && chosen.verbose();
        BuildException known = known(failure);
        if (known != null) {
            err.println("caisson: error: " + known.getMessage());
            if (!known.hint().isEmpty()) {
                err.println("caisson: hint: " + known.hint());
            }
            if (verbose && known.getCause() != null) {
                known.getCause().printStackTrace(err);
            }
            return known.code().exitCode();
        }
        err.println("caisson: internal error: " + failure);
        if (verbose) {
            failure.printStackTrace(err);
        } else {
            err.println("caisson: hint: this is a bug; run again with -v and report what it prints");
        }
        return FailureCode.INTERNAL.exitCode();
    }

    private static BuildException known(Exception failure) {
        if (failure instanceof BuildException build) {
            return build;
        }
        if (failure instanceof IOException io && DiskFull.isCauseOf(io)) {
            return DiskFull.failure(io);
        }
        if (failure instanceof FileSystemException file) {
            String reason = file.getReason() == null ? file.getClass().getSimpleName() : file.getReason();
            return new BuildException(FailureCode.DOES_NOT_FIT, "file " + file.getFile() + ": " + reason, "", file);
        }
        if (failure instanceof IOException io) {
            return new BuildException(
                    FailureCode.CONTENT, io.getMessage() == null ? io.toString() : io.getMessage(), "", io);
        }
        return null;
    }
}
