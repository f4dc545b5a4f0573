package dev.caisson.manifest;

import java.nio.file.Path;

/**
 * A place in a manifest file. Two positions are always equal as parts of a record: a model that says the same from another
 * place is the same model.
 */
public final class Position {
    private final Path file;
    private final int line;
    private final int column;

    /**
     * A place.
     *
     * @param file the file as it was reached: relative when the user named it so
     * @param line from 1
     * @param column from 1, in code points
     */
    public Position(Path file, int line, int column) {
        this.file = file;
        this.line = line;
        this.column = column;
    }

    /** The file as it was reached: relative when the user named it so. */
    public Path file() {
        return file;
    }

    /** Line, from 1. */
    public int line() {
        return line;
    }

    /** Column, from 1, in code points. */
    public int column() {
        return column;
    }

    /** Always true between positions, see the class. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Position;
    }

    @Override
    public int hashCode() {
        return 1;
    }

    /** {@code file:line:column}. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
