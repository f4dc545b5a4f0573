package dev.caisson.resolver;

import java.util.List;

/**
 * No set of packages meets the problem.
 *
 * @param problems independent reasons, each of which has to be removed
 */
public record Unsolvable(List<Explanation> problems) implements Resolution {
    /** Copies the list. */
    public Unsolvable {
        problems = List.copyOf(problems);
    }

    /**
     * One reason, told from a request to what fails.
     *
     * @param message the reason in one sentence
     * @param chain the steps, each a short sentence
     */
    public record Explanation(String message, List<String> chain) {
        /** Copies the list. */
        public Explanation {
            chain = List.copyOf(chain);
        }
    }
}
