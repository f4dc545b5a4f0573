package dev.caisson.cli;

import dev.caisson.engine.Progress;
import java.io.Console;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** One line on a terminal that is rewritten, or a line a step where nobody looks on. */
final class TerminalProgress implements Progress {
    private static final long REDRAW_NANOS = 80_000_000;
    private static final int WIDTH = 100;

    private final PrintWriter err;
    private final boolean line;
    private final boolean quiet;
    private final Set<String> running = new LinkedHashSet<>();
    private String counted = "";
    private long drawn;
    private int done;

    TerminalProgress(PrintWriter err, CommonOptions.ProgressKind kind) {
        this.err = err;
        this.quiet = kind == CommonOptions.ProgressKind.NONE;
        this.line = kind == CommonOptions.ProgressKind.AUTO && onTerminal();
    }

    /** JDK 22 and later give a console without a terminal, too, and say by isTerminal(), which 17 does not have. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean onTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    @Override
    public synchronized void begin(String step) {
        running.add(step);
        draw(false);
    }

    @Override
    public synchronized void end(String step) {
        running.remove(step);
        done++;
        draw(false);
    }

    @Override
    public synchronized void count(String what, long doneUnits, long total, boolean bytes) {
        counted = bytes
                ? String.format(Locale.ROOT, "%s %d/%d MB", what, doneUnits / 1_000_000, total / 1_000_000)
                : what + " " + doneUnits + "/" + total;
        draw(doneUnits == total);
    }

    @Override
    public synchronized void note(String text) {
        if (!quiet) {
            clear();
            err.println("caisson: " + text);
        }
    }

    @Override
    public synchronized void warning(String text) {
        clear();
        err.println("caisson: warning: " + text);
    }

    /** Takes the line away. */
    synchronized void finish() {
        clear();
    }

    private void clear() {
        if (line) {
            err.print("\r\033[K");
            err.flush();
        }
    }

    private void draw(boolean always) {
        long now = System.nanoTime();
        if (!line || quiet || (!always && now - drawn < REDRAW_NANOS)) {
            return;
        }
        drawn = now;
        String current = running.isEmpty() ? "" : running.iterator().next();
        String text = "caisson: " + done + " steps done" + (current.isEmpty() ? "" : ", " + current)
                + (running.size() > 1 ? " and " + (running.size() - 1) + " more" : "")
                + (counted.isEmpty() ? "" : ", " + counted);
        err.print("\r\033[K" + text.substring(0, Math.min(WIDTH, text.length())));
        err.flush();
    }
}
