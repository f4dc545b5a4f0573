package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Orders packages by what they have in common: for every capability that several offer in a version, whoever offers an older one
 * falls behind. Capabilities whose version looks like a hash say nothing.
 */
final class CommonCapabilities {
    private static final int SHORTEST_HASH = 4;

    private final int[] behind;

    private record Offer(int owner, String version, boolean below) {}

    CommonCapabilities(List<Candidate> candidates) {
        this.behind = new int[candidates.size()];
        Map<String, List<Offer>> offers = new HashMap<>();
        for (int i = 0; i < candidates.size(); i++) {
            for (Capability capability : candidates.get(i).provides()) {
                Comparison c = capability.comparison();
                boolean counts = c == Comparison.EQUAL && !isHash(capability.version())
                        || c == Comparison.LESS
                        || c == Comparison.LESS_OR_EQUAL;
                if (counts) {
                    offers.computeIfAbsent(capability.name(), n -> new ArrayList<>())
                            .add(new Offer(i, capability.version(), c == Comparison.LESS));
                }
            }
        }
        offers.values().forEach(this::count);
    }

    private static boolean isHash(String version) {
        return version.length() >= SHORTEST_HASH
                && version.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }

    private void count(List<Offer> offers) {
        offers.sort((a, b) -> Integer.signum(compare(a, b)));
        int older = 0;
        for (int i = 0; i < offers.size(); i++) {
            Offer offer = offers.get(i);
            if (i > 0 && offers.get(i - 1).owner != offer.owner && compare(offers.get(i - 1), offer) == -1) {
                older++;
            }
            behind[offer.owner] += older;
        }
    }

    /** Newest first; ±2 where only the one has a release, which makes neither older. */
    private static int compare(Offer left, Offer right) {
        int sign = RpmVersionOrder.compareVersion(right.version, left.version);
        if (sign == 0) {
            boolean leftHas = RpmVersionOrder.hasRelease(left.version);
            boolean rightHas = RpmVersionOrder.hasRelease(right.version);
            if (leftHas != rightHas) {
                return rightHas ? 2 : -2;
            }
            sign = leftHas
                    ? RpmVersionOrder.segments(
                            RpmVersionOrder.release(right.version), RpmVersionOrder.release(left.version))
                    : 0;
        }
        if (sign == 0) {
            return Boolean.compare(left.below, right.below);
        }
        return sign;
    }

    /** Sorts what stands for the candidates, in their order. */
    void sort(List<Integer> values) {
        List<Integer> given = List.copyOf(values);
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, given.size()).boxed().toList());
        order.sort(Comparator.comparingInt(i -> behind[i]));
        for (int i = 0; i < order.size(); i++) {
            values.set(i, given.get(order.get(i)));
        }
    }
}
