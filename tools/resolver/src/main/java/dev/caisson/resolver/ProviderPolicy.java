package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Which of several packages libsolv would take: the repository's priority, the architecture, the newest version of each
 * name without those that another replaces, what is recommended; then by name, names whose newest version is not on offer
 * last, the newest version of common capabilities first, what is suggested first.
 */
final class ProviderPolicy {
    private final Encoding encoding;
    private final Pool pool;
    private final PackageSemantics semantics;
    private final Ranking ranking;
    private final WeakDependencies weak;

    ProviderPolicy(Encoding encoding, Sat sat) {
        this.encoding = encoding;
        this.pool = encoding.problem().pool();
        this.semantics = pool.semantics();
        this.ranking = new Ranking(encoding.problem(), encoding.providers());
        this.weak = new WeakDependencies(encoding, sat);
    }

    WeakDependencies weak() {
        return weak;
    }

    /** The packages that the firm rules leave. */
    int[] prune(int[] open) {
        return unboxed(keepWanted(firm(boxed(open))));
    }

    /** The packages that the firm rules leave, the first choice first. */
    int[] choose(int[] open) {
        List<Integer> list = keepWanted(firm(boxed(open)));
        return unboxed(reorder(list));
    }

    /** Of packages that are weakly wanted, for different reasons perhaps, the best of each name. */
    int[] best(int[] open) {
        return unboxed(firm(boxed(open)));
    }

    /** The order in which packages that supplement others are installed. */
    int[] orderSupplements(int[] open) {
        return unboxed(reorder(boxed(open)));
    }

    private List<Integer> firm(List<Integer> open) {
        if (open.size() < 2) {
            return open;
        }
        List<Integer> list = keepBest(open, v -> ranking.preferred(encoding.candidateOf(v)) ? 0 : 1);
        list = keepBest(list, v -> -candidate(v).repositoryPriority());
        return withoutObsoleted(newestOfEachName(keepBestArchitecture(list)));
    }

    private List<Integer> reorder(List<Integer> list) {
        if (list.size() > 1) {
            list.sort(Comparator.comparingInt(this::superseded));
            new CommonCapabilities(list.stream().map(this::candidate).toList()).sort(list);
            BitSet suggested = weak.suggested();
            list.sort(Comparator.comparingInt(v -> suggested.get(v) || weak.enhances(v) ? 0 : 1));
        }
        return list;
    }

    private Candidate candidate(int variable) {
        return encoding.candidate(variable);
    }

    private static List<Integer> keepBest(List<Integer> list, ToIntFunction<Integer> cost) {
        int best = list.stream().mapToInt(cost).min().orElse(0);
        return new ArrayList<>(
                list.stream().filter(v -> cost.applyAsInt(v) == best).toList());
    }

    private List<Integer> keepBestArchitecture(List<Integer> list) {
        int best = list.stream()
                .mapToInt(v -> encoding.providers().rank(candidate(v)))
                .filter(rank -> rank >= 0)
                .min()
                .orElse(-1);
        return new ArrayList<>(list.stream()
                .filter(v -> {
                    int rank = encoding.providers().rank(candidate(v));
                    return rank < 0 || rank == best;
                })
                .toList());
    }

    private List<Integer> newestOfEachName(List<Integer> list) {
        List<Integer> sorted = new ArrayList<>(list);
        sorted.sort(Comparator.comparing((Integer v) -> candidate(v).name())
                .thenComparing((a, b) -> semantics.compareVersions(
                        candidate(b).version(), candidate(a).version()))
                .thenComparingInt(v -> encoding.candidateOf(v)));
        List<Integer> newest = new ArrayList<>();
        for (int variable : sorted) {
            if (newest.isEmpty()
                    || !candidate(newest.get(newest.size() - 1))
                            .name()
                            .equals(candidate(variable).name())) {
                newest.add(variable);
            }
        }
        return newest;
    }

    /** Leaves out what another replaces, unless it replaces that one too, perhaps by way of others. */
    private List<Integer> withoutObsoleted(List<Integer> list) {
        if (list.size() < 2) {
            return list;
        }
        List<BitSet> replaced = new ArrayList<>();
        for (int variable : list) {
            replaced.add(replacedBy(variable, list));
        }
        for (int by = 0; by < list.size(); by++) {
            for (BitSet row : replaced) {
                if (row.get(by)) {
                    row.or(replaced.get(by));
                }
            }
        }
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            boolean lost = false;
            for (int j = 0; j < list.size(); j++) {
                lost |= replaced.get(j).get(i) && !replaced.get(i).get(j);
            }
            if (!lost) {
                kept.add(list.get(i));
            }
        }
        return kept;
    }

    /** The positions of what the package replaces. */
    private BitSet replacedBy(int variable, List<Integer> list) {
        BitSet positions = new BitSet();
        for (Requirement obsolete : encoding.relationsOf(variable).obsoletes()) {
            for (int other : pool.named(obsolete)) {
                int position = encoding.variable(other) == 0 ? -1 : list.indexOf(encoding.variable(other));
                if (position >= 0
                        && !candidate(variable)
                                .name()
                                .equals(pool.candidate(other).name())) {
                    positions.set(position);
                }
            }
        }
        return positions;
    }

    private List<Integer> keepWanted(List<Integer> list) {
        if (list.size() < 2) {
            return list;
        }
        BitSet recommended = weak.recommended();
        List<Integer> kept = new ArrayList<>(list.stream()
                .filter(v -> recommended.get(v) || weak.supplements(v))
                .toList());
        return kept.isEmpty() ? list : kept;
    }

    /** 1 when the same is to be had newer, or from a better repository. */
    private int superseded(int variable) {
        Candidate candidate = candidate(variable);
        for (int other : pool.named(candidate.name())) {
            Candidate rival = pool.candidate(other);
            if (other == encoding.candidateOf(variable)
                    || !encoding.providers().admits(other)
                    || !rival.architecture().equals(candidate.architecture())) {
                continue;
            }
            int priority = Integer.compare(rival.repositoryPriority(), candidate.repositoryPriority());
            if (priority > 0 || priority == 0 && semantics.compareVersions(rival.version(), candidate.version()) > 0) {
                return 1;
            }
        }
        return 0;
    }

    private static List<Integer> boxed(int[] values) {
        return new ArrayList<>(Arrays.stream(values).boxed().toList());
    }

    private static int[] unboxed(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }
}
