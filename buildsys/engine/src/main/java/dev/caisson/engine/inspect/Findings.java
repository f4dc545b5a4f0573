package dev.caisson.engine.inspect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Collects checks in the order in which they are reported. For one thread. */
final class Findings {
    private final List<Check> checks = new ArrayList<>();

    /** A check whose result is the detail of a success. */
    @FunctionalInterface
    interface Body {
        /** Returns the detail; an exception is the failure. */
        String run() throws IOException;
    }

    void ok(String name, String where, String detail) {
        checks.add(new Check(name, where, Check.Status.OK, detail));
    }

    void failed(String name, String where, String detail) {
        checks.add(new Check(name, where, Check.Status.FAILED, detail));
    }

    void notChecked(String name, String where, String why) {
        checks.add(new Check(name, where, Check.Status.NOT_CHECKED, why));
    }

    /** Passes when the condition holds. */
    void require(String name, String where, boolean holds, String detail) {
        checks.add(new Check(name, where, holds ? Check.Status.OK : Check.Status.FAILED, detail));
    }

    /** Runs a check; whatever a reader or the disk throws is its failure. */
    boolean attempt(String name, String where, Body body) {
        try {
            ok(name, where, body.run());
            return true;
        } catch (IOException e) {
            failed(name, where, message(e));
            return false;
        }
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }

    static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
