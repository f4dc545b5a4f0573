package dev.caisson.repository;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.deb.RelationParser;
import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.MultiArch;
import dev.caisson.resolver.Relations;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Packages as the resolver wants them. Names, versions and Provides are decoded at once, the other relations when the resolver
 * asks, which it does for a few hundred of the 68,000.
 */
public final class AptCandidates {
    /** The columns that {@link RelationParser} has to understand. */
    private static final List<PackagesField> RELATIONS = List.of(
            PackagesField.PRE_DEPENDS,
            PackagesField.DEPENDS,
            PackagesField.RECOMMENDS,
            PackagesField.SUGGESTS,
            PackagesField.CONFLICTS,
            PackagesField.BREAKS);

    private AptCandidates() {}

    /** The candidates of a snapshot, in index order; their repository is the snapshot's {@link RepositorySnapshot#label()}. */
    public static List<Candidate> of(RepositorySnapshot snapshot) {
        List<Candidate> candidates = new ArrayList<>(snapshot.packageCount());
        for (RepositorySnapshot.Index index : snapshot.indexes()) {
            for (int i = 0; i < index.packages().size(); i++) {
                candidates.add(candidate(index.packages(), i, snapshot.label(), snapshot.priority()));
            }
        }
        return candidates;
    }

    private static Candidate candidate(PackagesIndex index, int i, String repository, int priority) {
        Candidate.Builder builder = Candidate.builder(
                        index.field(i, PackagesField.NAME),
                        index.field(i, PackagesField.VERSION),
                        index.field(i, PackagesField.ARCHITECTURE))
                .repository(repository, priority)
                .importance(importance(index.field(i, PackagesField.PRIORITY)))
                .essential(index.isYes(i, PackagesField.ESSENTIAL))
                .multiArch(multiArch(index.field(i, PackagesField.MULTI_ARCH)))
                .relations(() -> relations(index, i));
        String provides = index.field(i, PackagesField.PROVIDES);
        if (!provides.isEmpty()) {
            try {
                builder.provides(RelationParser.provides(provides));
            } catch (FormatException e) {
                throw new IllegalStateException("checked when the index was parsed", e);
            }
        }
        return builder.build();
    }

    private static int importance(String priority) {
        return switch (priority) {
            case "required" -> 1;
            case "important" -> 2;
            case "standard" -> 3;
            case "extra" -> 5;
            default -> 4;
        };
    }

    private static MultiArch multiArch(String text) {
        return switch (text) {
            case "same" -> MultiArch.SAME;
            case "foreign" -> MultiArch.FOREIGN;
            case "allowed" -> MultiArch.ALLOWED;
            default -> MultiArch.NO;
        };
    }

    private static Relations relations(PackagesIndex index, int i) {
        List<Dependency> requires = new ArrayList<>(parse(index, i, PackagesField.PRE_DEPENDS));
        requires.addAll(parse(index, i, PackagesField.DEPENDS));
        return new Relations(
                requires,
                parse(index, i, PackagesField.CONFLICTS),
                parse(index, i, PackagesField.BREAKS),
                List.of(),
                parse(index, i, PackagesField.RECOMMENDS),
                parse(index, i, PackagesField.SUGGESTS));
    }

    private static List<Dependency> parse(PackagesIndex index, int i, PackagesField field) {
        try {
            return RelationParser.dependencies(index.field(i, field));
        } catch (FormatException e) {
            throw new IllegalStateException("checked when the index was parsed", e);
        }
    }

    /** Parses every distinct relation once, so that what is asked for later cannot be malformed. */
    static void check(PackagesIndex index) throws FormatException {
        BitSet relations = new BitSet();
        BitSet provides = new BitSet();
        for (int i = 0; i < index.size(); i++) {
            for (PackagesField field : RELATIONS) {
                if (isNew(relations, index, i, field)) {
                    checkOne(index, i, field);
                }
            }
            if (isNew(provides, index, i, PackagesField.PROVIDES)) {
                checkOne(index, i, PackagesField.PROVIDES);
            }
        }
    }

    private static boolean isNew(BitSet seen, PackagesIndex index, int i, PackagesField field) {
        int id = index.columns[i * PackagesField.COUNT + field.column()];
        boolean fresh = !seen.get(id);
        seen.set(id);
        return fresh;
    }

    private static void checkOne(PackagesIndex index, int i, PackagesField field) throws FormatException {
        try {
            if (field == PackagesField.PROVIDES) {
                RelationParser.provides(index.field(i, field));
            } else {
                RelationParser.relations(index.field(i, field));
            }
        } catch (CorruptDataException e) {
            throw new CorruptDataException(
                    "Packages, " + index.field(i, PackagesField.NAME) + ", " + field,
                    FormatException.NO_OFFSET,
                    e.actual(),
                    e.expected());
        }
    }
}
