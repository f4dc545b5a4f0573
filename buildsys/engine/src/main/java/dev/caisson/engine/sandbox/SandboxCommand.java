package dev.caisson.engine.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What to run in a sandbox.
 *
 * @param root the folder that becomes {@code /}, read-only; it has {@code /proc}, {@code /dev}, {@code /mnt} and the targets of
 *     the binds as folders
 * @param mountPoint an empty folder on the machine
 * @param hostName what the machine is called inside
 * @param binds folders that are seen inside, in this order
 * @param environment all variables that the command has
 * @param folder the working folder inside
 * @param command program, by its path inside, and arguments
 * @param log the file that output and errors go to
 * @param timeoutSeconds when it is killed
 * @param memoryBytes limit of each process's address space
 */
public record SandboxCommand(
        Path root,
        Path mountPoint,
        String hostName,
        List<Bind> binds,
        Map<String, String> environment,
        String folder,
        List<String> command,
        Path log,
        long timeoutSeconds,
        OptionalLong memoryBytes) {
    /** Copies. */
    public SandboxCommand {
        binds = List.copyOf(binds);
        environment = Map.copyOf(environment);
        command = List.copyOf(command);
    }

    /**
     * A folder or file of the machine inside.
     *
     * @param source on the machine
     * @param target absolute path inside, which is there
     * @param writable whether the command may change it
     */
    public record Bind(Path source, String target, boolean writable) {}
}
