package dev.caisson.resolver;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** The order among candidates that both searches share. */
final class Ranking {
    private final Problem problem;
    private final Pool pool;
    private final Providers providers;
    private final Map<String, Integer> chosenVersions = new HashMap<>();
    private final Comparator<Integer> newestFirst;

    Ranking(Problem problem, Providers providers) {
        this.problem = problem;
        this.pool = problem.pool();
        this.providers = providers;
        this.newestFirst = Comparator.<Integer>comparingInt(id -> preferred(id) ? 0 : 1)
                .thenComparing(
                        Comparator.comparingInt((Integer id) -> candidate(id).repositoryPriority())
                                .reversed())
                .thenComparing((a, b) -> pool.semantics()
                        .compareVersions(candidate(b).version(), candidate(a).version()))
                .thenComparingInt(id -> providers.rank(candidate(id)))
                .thenComparingInt(id -> id);
    }

    /** Among versions of one name: preferred, repository priority, newest, best architecture, first given. */
    Comparator<Integer> newestFirst() {
        return newestFirst;
    }

    boolean preferred(int id) {
        Candidate candidate = candidate(id);
        String version = problem.preferred().get(candidate.name());
        return version != null && pool.semantics().compareVersions(version, candidate.version()) == 0;
    }

    private Candidate candidate(int id) {
        return pool.candidate(id);
    }

    /** Whether this is the version of its name that stands for it unless something forces another. */
    boolean chosenVersion(int id) {
        return chosenVersions.computeIfAbsent(candidate(id).name(), this::best) == id;
    }

    private int best(String name) {
        int best = -1;
        for (int id : pool.named(name)) {
            if (providers.admits(id) && (best < 0 || newestFirst.compare(id, best) < 0)) {
                best = id;
            }
        }
        return best;
    }

    /** Makes this candidate the one that stands for its name. */
    void choose(int id) {
        chosenVersions.put(candidate(id).name(), id);
    }
}
