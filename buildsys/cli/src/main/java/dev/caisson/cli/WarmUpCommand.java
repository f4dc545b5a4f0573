package dev.caisson.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Loads what a usual start loads, for the launcher to record in its archive of classes. */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        new CommandLine(new CaissonCommand()).getUsageMessage();
        return 0;
    }
}
