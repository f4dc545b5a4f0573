package dev.caisson.benchmark;

import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.Comparison;
import dev.caisson.resolver.DebianSemantics;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Pool;
import dev.caisson.resolver.Problem;
import dev.caisson.resolver.Relations;
import dev.caisson.resolver.Requirement;
import dev.caisson.resolver.Resolution;
import dev.caisson.resolver.Resolver;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Resolving against an archive as large as Debian's main. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 3, time = 3)
public class ResolverBenchmark {
    private static final long SEED = 68;
    private static final int REQUESTS = 50;
    /** A package depends on a few of those that were made before it, mostly on the first ones, as libraries are. */
    private static final int MAX_DEPENDENCIES = 8;

    /** Number of packages. */
    @Param({"68000"})
    int packages;

    private List<Candidate> candidates;
    private Pool pool;
    private List<Dependency> requests;

    /** Makes the archive. */
    @Setup
    public void prepare() {
        Random random = new Random(SEED);
        candidates = new ArrayList<>();
        for (int i = 0; i < packages; i++) {
            Relations relations = Relations.requiring(dependencies(i, random));
            candidates.add(Candidate.builder(name(i), "1." + i + "-1", "amd64")
                    .repository("debian", 0)
                    .relations(relations)
                    .build());
        }
        pool = Pool.of(new DebianSemantics(), candidates);
        requests = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            requests.add(new Dependency.Simple(Requirement.of(name(random.nextInt(packages)))));
        }
    }

    private static String name(int i) {
        return "package-" + i;
    }

    private static List<Dependency> dependencies(int i, Random random) {
        List<Dependency> all = new ArrayList<>();
        for (int k = random.nextInt(MAX_DEPENDENCIES); i > 0 && k > 0; k--) {
            int first = (int) (i * Math.pow(random.nextDouble(), 3));
            Dependency one = new Dependency.Simple(
                    new Requirement(name(first), "", Comparison.GREATER_OR_EQUAL, "1." + first + "-1"));
            int second = random.nextInt(i);
            all.add(
                    k % 4 == 0
                            ? new Dependency.Or(List.of(one, new Dependency.Simple(Requirement.of(name(second)))))
                            : one);
        }
        return all;
    }

    /** Indexes the archive. */
    @Benchmark
    public Pool index() {
        return Pool.of(new DebianSemantics(), candidates);
    }

    /** Finds what fifty packages need. */
    @Benchmark
    public Resolution resolve() {
        return Resolver.resolve(Problem.of(pool, requests));
    }
}
