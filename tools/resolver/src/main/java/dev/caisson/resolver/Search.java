package dev.caisson.resolver;

/** A way of deciding until nothing is open. */
interface Search {
    /**
     * Decides.
     *
     * @return the variables of the packages to install, in the order in which they were chosen; null when there is no
     *     solution, in which case the solver has {@link Sat#failed()}
     */
    int[] run();
}
