package dev.caisson.resolver;

import java.util.Set;

/** Finds the set of packages that meets a problem. A pure function: equal problems give equal answers, in equal order. */
public final class Resolver {
    private Resolver() {}

    /** The solution that the distribution's own tool would choose, or why there is none. */
    public static Resolution resolve(Problem problem) {
        Encoding encoding = new Encoding(problem);
        Sat sat = encoding.solver();
        int[] chosen = sat.failed() ? null : search(encoding, sat).run();
        return chosen == null ? new Explainer(encoding, sat).explain() : new Reasons(encoding, chosen).solution();
    }

    /**
     * The paths that dependencies of packages within reach of the requests name, the requests' own included: their owners must be in
     * the pool before {@link #resolve} is asked.
     */
    public static Set<String> files(Problem problem) {
        return new Reach(problem).files();
    }

    private static Search search(Encoding encoding, Sat sat) {
        return switch (encoding.problem().pool().semantics().preference()) {
            case FIRST_ALTERNATIVE -> new FirstAlternativeSearch(encoding, sat);
            case NEWEST_FIRST -> new NewestFirstSearch(encoding, sat);
        };
    }
}
