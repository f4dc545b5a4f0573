package dev.caisson.engine.image;

import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import java.util.ArrayList;
import java.util.List;

/** Measures the stages of a build, one after another. For one thread. */
final class Stages {
    private final WorkPool pool;
    private final Progress progress;
    private final List<ImageBuild.Stage> done = new ArrayList<>();

    Stages(WorkPool pool, Progress progress) {
        this.pool = pool;
        this.progress = progress;
    }

    /** A stage's work. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws Exception;
    }

    <T> T run(String name, Work<T> work) throws Exception {
        long start = System.nanoTime();
        progress.begin(name);
        T result = pool.within(name, work::run);
        progress.end(name);
        done.add(new ImageBuild.Stage(name, (System.nanoTime() - start) / 1_000_000));
        return result;
    }

    List<ImageBuild.Stage> done() {
        return List.copyOf(done);
    }
}
