package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All candidates of all repositories, indexed by what they offer. Candidates are numbered in the order in which they were
 * given, names in the order of their first appearance; the index is a few int arrays. A pool is immutable and may serve
 * many problems.
 */
public final class Pool {
    private static final int[] NONE = {};

    private final PackageSemantics semantics;
    private final Candidate[] candidates;
    private final Map<String, Integer> nameIds;
    private final String[] names;
    private final Offers byName;
    private final Offers byCapability;
    private final int[] supplementing;

    private Pool(PackageSemantics semantics, Collection<Candidate> given) {
        this.semantics = semantics;
        this.candidates = given.toArray(new Candidate[0]);
        this.nameIds = new HashMap<>(candidates.length * 3);
        List<String> order = new ArrayList<>(candidates.length * 2);
        int[] nameOf = new int[candidates.length];
        IntList capabilityNames = new IntList();
        IntList owners = new IntList();
        IntList positions = new IntList();
        IntList weak = new IntList();
        for (int id = 0; id < candidates.length; id++) {
            Candidate candidate = candidates[id];
            nameOf[id] = intern(candidate.name(), order);
            List<Capability> provides = candidate.provides();
            for (int i = 0; i < provides.size(); i++) {
                capabilityNames.add(intern(provides.get(i).name(), order));
                owners.add(id);
                positions.add(i);
            }
            if (!candidate.supplements().isEmpty() || !candidate.enhances().isEmpty()) {
                weak.add(id);
            }
        }
        this.names = order.toArray(new String[0]);
        int[] identity = new int[candidates.length];
        Arrays.setAll(identity, i -> i);
        this.byName = Offers.of(names.length, nameOf, identity, identity);
        this.byCapability = Offers.of(names.length, capabilityNames.toArray(), owners.toArray(), positions.toArray());
        this.supplementing = weak.toArray();
    }

    /** Indexes the candidates; ties that nothing else decides go to the earlier one. */
    public static Pool of(PackageSemantics semantics, Collection<Candidate> candidates) {
        return new Pool(semantics, candidates);
    }

    private int intern(String name, List<String> order) {
        Integer known = nameIds.putIfAbsent(name, order.size());
        if (known == null) {
            order.add(name);
            return order.size() - 1;
        }
        return known;
    }

    /** The rules of this pool's packages. */
    public PackageSemantics semantics() {
        return semantics;
    }

    /** The number of candidates. */
    public int size() {
        return candidates.length;
    }

    /** The candidate with this number, 0 to size − 1. */
    public Candidate candidate(int id) {
        return candidates[id];
    }

    /** Whether any candidate has or lists this name. */
    public boolean offers(String name) {
        return nameIds.containsKey(name);
    }

    /** The numbers of the candidates with this package name. */
    int[] named(String name) {
        Integer id = nameIds.get(name);
        return id == null ? NONE : byName.owners(id);
    }

    /** Every name of a package or capability, in order of first appearance. */
    List<String> names() {
        return List.of(names);
    }

    /** Candidates with supplements or enhances. */
    int[] supplementing() {
        return supplementing;
    }

    /** The candidates that offer the requirement, ascending, whatever their architecture. */
    int[] offering(Requirement required) {
        Integer id = nameIds.get(required.name());
        if (id == null) {
            return NONE;
        }
        IntList found = new IntList();
        if (semantics.providesItself()) {
            for (int i = byName.start(id); i < byName.start(id + 1); i++) {
                int owner = byName.owner(i);
                if (satisfiedByName(candidates[owner], required)) {
                    found.add(owner);
                }
            }
        }
        int own = found.size();
        for (int i = byCapability.start(id); i < byCapability.start(id + 1); i++) {
            int owner = byCapability.owner(i);
            boolean known = found.size() > own && found.get(found.size() - 1) == owner;
            if (!known && semantics.satisfies(candidates[owner].provides().get(byCapability.position(i)), required)) {
                found.add(owner);
            }
        }
        int[] all = found.toArray();
        return own == 0 || own == all.length
                ? all
                : Arrays.stream(all).sorted().distinct().toArray();
    }

    private boolean satisfiedByName(Candidate candidate, Requirement required) {
        return required.comparison() == Comparison.ANY
                || semantics.satisfies(Capability.of(candidate.name(), candidate.version()), required);
    }

    /** The candidates whose own name and version meet the requirement; what they provide does not count. */
    int[] named(Requirement required) {
        IntList found = new IntList();
        for (int id : named(required.name())) {
            if (satisfiedByName(candidates[id], required)) {
                found.add(id);
            }
        }
        return found.toArray();
    }

    /** Compressed rows: for each name the candidates that offer it, ascending. */
    private record Offers(int[] starts, int[] owners, int[] positions) {
        static Offers of(int rows, int[] row, int[] owner, int[] position) {
            int[] starts = new int[rows + 1];
            for (int r : row) {
                starts[r + 1]++;
            }
            for (int i = 0; i < rows; i++) {
                starts[i + 1] += starts[i];
            }
            int[] next = starts.clone();
            int[] owners = new int[row.length];
            int[] positions = new int[row.length];
            for (int i = 0; i < row.length; i++) {
                int slot = next[row[i]]++;
                owners[slot] = owner[i];
                positions[slot] = position[i];
            }
            return new Offers(starts, owners, positions);
        }

        int start(int row) {
            return starts[row];
        }

        int owner(int slot) {
            return owners[slot];
        }

        int position(int slot) {
            return positions[slot];
        }

        int[] owners(int row) {
            return Arrays.copyOfRange(owners, starts[row], starts[row + 1]);
        }
    }
}
