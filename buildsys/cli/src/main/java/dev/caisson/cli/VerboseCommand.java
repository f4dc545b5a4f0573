package dev.caisson.cli;

/** A command that can be asked to show what is behind a failure. */
interface VerboseCommand {
    boolean verbose();
}
