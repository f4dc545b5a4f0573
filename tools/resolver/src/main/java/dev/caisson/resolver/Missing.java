package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Tells why nothing meets a requirement: what there is instead, or what was perhaps meant. */
final class Missing {
    private static final int SHOWN = 4;

    private final Encoding encoding;
    private final Problem problem;
    private final Pool pool;

    Missing(Encoding encoding) {
        this.encoding = encoding;
        this.problem = encoding.problem();
        this.pool = problem.pool();
    }

    static String name(Candidate candidate) {
        return candidate.name() + " " + candidate.version();
    }

    String tell(Dependency dependency) {
        if (dependency instanceof Dependency.Simple simple) {
            return simple(simple.requirement());
        }
        if (dependency instanceof Dependency.Or or) {
            return or.operands().stream().map(this::tell).collect(Collectors.joining("; "));
        }
        return "nothing meets " + dependency;
    }

    private String simple(Requirement required) {
        int[] offering = pool.offering(required);
        if (offering.length > 0) {
            return refused(required, offering);
        }
        int[] otherVersions = pool.offering(Requirement.of(required.name()));
        if (otherVersions.length > 0) {
            return otherVersions(required, otherVersions);
        }
        return "nothing provides " + required + suggestion(required.name());
    }

    /** There is something, but the problem does not admit it. */
    private String refused(Requirement required, int[] offering) {
        Candidate first = pool.candidate(offering[0]);
        if (problem.excluded().contains(first.name())) {
            return first.name() + " is excluded";
        }
        if (!encoding.providers().lockedTo(first)) {
            return first.name() + " is locked to " + problem.locked().get(first.name()) + ", " + required
                    + " would need " + name(first);
        }
        return required + " exists only for "
                + Arrays.stream(offering)
                        .mapToObj(id -> pool.candidate(id).architecture())
                        .sorted()
                        .distinct()
                        .collect(Collectors.joining(", "));
    }

    private String otherVersions(Requirement required, int[] offering) {
        List<String> versions = new ArrayList<>();
        for (int id : offering) {
            Candidate candidate = pool.candidate(id);
            String from = candidate.repository().isEmpty() ? "" : " (from " + candidate.repository() + ")";
            versions.add(offer(candidate, required.name()) + from);
        }
        List<String> distinct = versions.stream().distinct().toList();
        String shown = distinct.stream().limit(SHOWN).collect(Collectors.joining(", "));
        String more = distinct.size() > SHOWN ? " and " + (distinct.size() - SHOWN) + " more" : "";
        return "nothing provides " + required + "; only " + shown + more
                + (distinct.size() == 1 ? " exists" : " exist");
    }

    private String offer(Candidate candidate, String wanted) {
        if (candidate.name().equals(wanted)) {
            return name(candidate);
        }
        return candidate.provides().stream()
                .filter(c -> c.name().equals(wanted))
                .findFirst()
                .map(c -> c + " of " + name(candidate))
                .orElse(name(candidate));
    }

    private String suggestion(String unknown) {
        String wanted = unknown.toLowerCase(Locale.ROOT);
        int limit = Math.min(3, unknown.length() / 3);
        record Guess(String name, int distance) {}
        List<Guess> guesses = new ArrayList<>();
        for (String name : pool.names()) {
            // a name that goes on where the unknown one ends is as good a guess as one wrong letter
            int distance =
                    related(name, unknown) ? 1 : EditDistance.between(wanted, name.toLowerCase(Locale.ROOT), limit);
            if (distance <= Math.max(1, limit) && (limit > 0 || related(name, unknown))) {
                guesses.add(new Guess(name, distance));
            }
        }
        guesses.sort(Comparator.comparingInt(Guess::distance)
                .thenComparing(g -> g.name().length())
                .thenComparing(Guess::name));
        if (guesses.isEmpty()) {
            return "";
        }
        return "; did you mean "
                + guesses.stream().limit(SHOWN).map(g -> described(g.name())).collect(Collectors.joining(", "))
                + "?";
    }

    private static boolean related(String name, String unknown) {
        return unknown.length() >= 3
                && name.length() > unknown.length()
                && name.startsWith(unknown)
                && "-.0123456789".indexOf(name.charAt(unknown.length())) >= 0;
    }

    /** A virtual name comes with who provides it. */
    private String described(String name) {
        if (pool.named(name).length > 0) {
            return name;
        }
        int[] providers = pool.offering(Requirement.of(name));
        return name + " (virtual, provided by "
                + Arrays.stream(providers)
                        .mapToObj(id -> pool.candidate(id).name())
                        .distinct()
                        .limit(SHOWN)
                        .collect(Collectors.joining(", "))
                + ")";
    }
}
